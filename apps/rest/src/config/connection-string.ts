// Where the database is and how to get in, as libpq reads it: places, login, encryption.

import { join } from 'node:path'
import type { ConnectOptions, Place, ServerKind } from '@plinth/postgres'
import { SettingProblem } from '@plinth/rest'
import { programName } from '../version.ts'
import { tlsOf } from './connection-tls.ts'
import { readWords, type Word } from './connection-words.ts'
import { findPassword } from './password-file.ts'
import type { Environment } from './settings.ts'

export type Connection = ConnectOptions & {
  readonly applicationName: string
  /** Settings every connection starts with. */
  readonly options?: Readonly<Record<string, string>>
}

export type Surroundings = {
  readonly env: Environment
  /** Name of the operating system's user. */
  readonly user: string
  /** Where Postgres puts its sockets here. */
  readonly socketDir: string
}

const kinds: readonly ServerKind[] = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
]

const list = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split(','))

const portOf = (text: string | undefined): number => {
  const port = Number(text || 5432)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SettingProblem(`invalid port number: "${text}"`)
  return port
}

/** One port goes for all hosts; an address saves looking up its host's name. */
const placesOf = (word: Word, socketDir: string): readonly [Place, ...Place[]] => {
  const [hosts, addresses, ports] = [list(word('host')), list(word('hostaddr')), list(word('port'))]
  const count = Math.max(hosts.length, addresses.length, 1)
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length)
    throw new SettingProblem(
      `could not match ${hosts.length} host names to ${addresses.length} hostaddr values`,
    )
  if (ports.length > 1 && ports.length !== count)
    throw new SettingProblem(`could not match ${ports.length} port numbers to ${count} hosts`)
  const placeAt = (index: number): Place => {
    const port = portOf(ports.length > 1 ? ports[index] : ports[0])
    const host = hosts[index] || undefined
    const reached = addresses[index] || undefined
    if (reached === undefined) return { socketDir: host ?? socketDir, port }
    return { socketDir: reached, port, ...(host === undefined ? undefined : { serverName: host }) }
  }
  const others = Array.from({ length: count - 1 }, (_, index) => placeAt(index + 1))
  return [placeAt(0), ...others]
}

/** `-c name=value --name=value`, with backslashes before blanks. */
const startOptions = (text: string | undefined): Readonly<Record<string, string>> | undefined => {
  if (text === undefined) return undefined
  const joined = text.replace(/(^|\s)-c\s+/g, '$1--')
  const words = joined.match(/(?:[^\s\\]|\\.)+/gs) ?? []
  return Object.fromEntries(
    words.map((each) => {
      const [, name, value] = /^(?:--|-c)([^=]+)=(.*)$/s.exec(each.replace(/\\(.)/gs, '$1')) ?? []
      if (name === undefined || value === undefined)
        throw new SettingProblem(`options: only settings are offered (-c name=value), not "${each}"`)
      return [name.replaceAll('-', '_'), value]
    }),
  )
}

const kindOf = (word: Word): ServerKind | undefined => {
  const given = word('target_session_attrs')
  const kind = kinds.find((each) => each === given)
  if (given !== undefined && kind === undefined)
    throw new SettingProblem(`invalid target_session_attrs value: "${given}"`)
  return kind
}

const shuffled = <T>(items: readonly [T, ...T[]]): readonly T[] =>
  items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)

/** Zero and less is for ever in libpq; here it is the usual time. */
const connectMsOf = (word: Word): number | undefined => {
  const seconds = Number(word('connect_timeout') ?? 0)
  if (!Number.isInteger(seconds))
    throw new SettingProblem(
      `invalid integer value "${word('connect_timeout')}" for connection option "connect_timeout"`,
    )
  return seconds > 0 ? Math.max(seconds, 2) * 1000 : undefined
}

const defined = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  // Only keys without a value are left out.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never

/** Throws `SettingProblem`, in libpq's words where it has some, when the text is no connection string. */
export const parseConnection = (text: string, { env, user, socketDir }: Surroundings): Connection => {
  const word = readWords(text, env)
  for (const name of ['service', 'require_auth'])
    if (word(name) !== undefined) throw new SettingProblem(`${name} is not offered by plinth rest`)
  const login = word('user') ?? user
  const database = word('dbname') ?? login
  const home = env['HOME'] ?? '/'
  const given = placesOf(word, socketDir)
  const [first = given[0], ...others] = word('load_balance_hosts') === 'random' ? shuffled(given) : given
  const isRemote = [first, ...others].some((place) => !place.socketDir.startsWith('/'))
  const passwordFile = word('passfile') ?? join(home, '.pgpass')
  const host = first.serverName ?? first.socketDir
  const password =
    word('password') ?? findPassword(passwordFile, { host, port: first.port ?? 5432, database, user: login })
  return {
    ...first,
    user: login,
    password: password ?? '',
    database,
    applicationName: word('application_name') ?? word('fallback_application_name') ?? programName,
    ...defined({
      others: others.length === 0 ? undefined : others,
      // Sockets of this machine are not encrypted, whatever is said.
      tls: isRemote ? tlsOf(word, home) : undefined,
      serverKind: kindOf(word),
      connectMs: connectMsOf(word),
      options: startOptions(word('options')),
    }),
  }
}
