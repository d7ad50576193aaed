// `~/.pgpass`: lines of host:port:database:user:password, where a star stands for anything.

import { readFileSync, statSync } from 'node:fs'

export type Login = {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

/** Colons and backslashes inside of a field come after a backslash. */
const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/((?:[^\\:]|\\.)*)(?::|$)/gs)].map(([, field = '']) => field.replace(/\\(.)/gs, '$1'))

/** Like libpq's, ours reads no file that others could read. */
const readLines = (path: string): readonly string[] => {
  try {
    if ((statSync(path).mode & 0o077) !== 0) return []
    return readFileSync(path, 'utf8').split(/\r?\n/)
  } catch {
    return []
  }
}

/** The first line that fits. */
export const findPassword = (path: string, { host, port, database, user }: Login): string | undefined => {
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user]
  for (const line of readLines(path)) {
    if (line === '' || line.startsWith('#')) continue
    const fields = fieldsOf(line)
    if (wanted.every((value, index) => fields[index] === '*' || fields[index] === value)) return fields[4]
  }
  return undefined
}
