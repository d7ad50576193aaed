// Where the database is, as libpq reads it: an address (`postgresql://user:pass@host:5432/db?sslmode=…`), words
// (`host=… dbname=…`), and the environment (`PGHOST`, `PGUSER`, …) for what neither says.

import { SettingProblem } from '@plinth/rest'
import type { Environment } from './settings.ts'

type Words = Readonly<Record<string, string>>

export type Connection = {
  /** Folder of a socket, or a host. */
  readonly socketDir: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly applicationName: string
}

const address = /^postgres(?:ql)?:\/\/(?:([^:@/?]*)(?::([^@]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new SettingProblem(`invalid percent-encoded token: "${text}"`)
  }
}

/** `host:port`, `[::1]:port`; of several hosts the first. */
const splitHost = (text: string): Words => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:,]*))(?::(\d*))?/.exec(text) ?? []
  const host = decode(bracketed ?? plain ?? '')
  return { ...(host === '' ? {} : { host }), ...(port ? { port } : {}) }
}

const parseAddress = (text: string): Words => {
  const match = address.exec(text)
  if (match === null) throw new SettingProblem('The db-uri is no valid connection string')
  const [, user, password, hosts = '', dbname, query] = match
  const named = { user, password, dbname }
  return {
    ...splitHost(hosts),
    ...Object.fromEntries(
      Object.entries(named).flatMap(([name, value]) => (value ? [[name, decode(value)]] : [])),
    ),
    ...Object.fromEntries(new URLSearchParams((query ?? '').replaceAll('+', '%2B'))),
  }
}

const parseWords = (text: string): Words => {
  const words: Record<string, string> = {}
  const rest = text.replace(
    /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\]|\\.)*))\s*/gs,
    (_all, name: string, quoted: string | undefined, plain: string | undefined) => {
      words[name] = (quoted ?? plain ?? '').replace(/\\(.)/gs, '$1')
      return ''
    },
  )
  if (rest !== '') throw new SettingProblem(`missing "=" after "${rest}" in connection info string`)
  return words
}

const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  application_name: 'PGAPPNAME',
}

export type Surroundings = {
  readonly env: Environment
  /** Name of the operating system's user. */
  readonly user: string
  /** Where Postgres puts its sockets here. */
  readonly socketDir: string
}

/** Throws `SettingProblem` when the text is no connection string. */
export const parseConnection = (text: string, { env, user, socketDir }: Surroundings): Connection => {
  const words = text.trim() === '' ? {} : address.test(text) ? parseAddress(text) : parseWords(text)
  const word = (name: string): string | undefined => words[name] || env[variables[name] ?? ''] || undefined
  const login = word('user') ?? user
  return {
    socketDir: words['hostaddr'] ?? word('host')?.split(',')[0] ?? socketDir,
    port: Number(word('port')?.split(',')[0] ?? 5432),
    user: login,
    password: word('password') ?? '',
    database: word('dbname') ?? login,
    applicationName: word('application_name') ?? word('fallback_application_name') ?? 'plinth rest',
  }
}
