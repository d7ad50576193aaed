// A Postgres that the system already has, if pgvector is installed beside it.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hasProgram, run } from './console.mjs'
import { inspect } from './inspect.mjs'

const versionsIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d+$/.test(name))
        .sort((a, b) => Number(b) - Number(a))
        .map((name) => join(folder, name, 'bin'))
    : []

const brewed = ['/opt/homebrew/opt', '/usr/local/opt'].flatMap((prefix) =>
  ['18', '17', '16', '15'].map((major) => `${prefix}/postgresql@${major}/bin`),
)

const redHat = ['18', '17', '16', '15'].map((major) => `/usr/pgsql-${major}/bin`)

const onPath = () => (hasProgram('pg_config') ? [run('pg_config', ['--bindir']).trim()] : [])

const tryInspect = (binDir) => {
  try {
    return inspect(binDir)
  } catch {
    return undefined
  }
}

export const findSystemPostgres = () => {
  const folders = [...versionsIn('/usr/lib/postgresql'), ...brewed, ...redHat, ...onPath()]
  const found = folders.flatMap((folder) => tryInspect(folder) ?? [])
  const complete = found.find((one) => one.vector)
  if (complete) return { route: 'system', ...complete }
  if (found.length === 0) throw new Error('none found')
  throw new Error(`${found.map((one) => one.version).join(' and ')} found, without pgvector`)
}
