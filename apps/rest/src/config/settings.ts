// Everything the server can be told, read from three places: the database before the environment before the file.

import type { RestConfig } from '@plinth/contracts'
import {
  type DatabaseSettings,
  databaseSource,
  readRestSettings,
  SettingProblem,
  type SettingReader,
  type SettingValue,
  settingReader,
  splitNames,
} from '@plinth/rest'
import { parseRolePath, type RolePath } from './role-path.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type Sources = {
  readonly database: DatabaseSettings
  readonly env: Environment
  readonly file: ReadonlyMap<string, SettingValue>
}

const logLevels = ['crit', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

export type Place = {
  readonly host: string
  readonly port: number
  readonly unixSocket: string | null
  readonly unixSocketMode: number
}

export type Settings = {
  readonly api: RestConfig
  readonly database: {
    readonly uri: string
    readonly poolSize: number
    readonly acquisitionTimeout: number
    readonly maxLifetime: number
    readonly maxIdletime: number
    readonly automaticRecovery: boolean
    readonly preparedStatements: boolean
    readonly channel: string
    readonly channelEnabled: boolean
    readonly config: boolean
    readonly preConfig: string | null
    /** For tests of whoever runs it: each reading of the catalogue takes so much longer, in milliseconds. */
    readonly readingPause: number
  }
  readonly jwt: {
    readonly audience: string | null
    readonly rolePath: RolePath
    /** As it was given; `@` names a file. */
    readonly secret: string | null
    readonly isBase64: boolean
    readonly cacheMaxEntries: number
  }
  readonly server: Place & {
    readonly reusePort: boolean
    readonly traceHeader: string | null
    readonly corsAllowedOrigins: readonly string[]
  }
  readonly admin: Omit<Place, 'port'> & { readonly port: number | null }
  readonly log: { readonly level: LogLevel; readonly query: boolean }
}

const appPrefix = 'app.settings.'
const appVariable = 'PGRST_APP_SETTINGS_'

const environmentSource = (env: Environment) => (name: string) =>
  env[`PGRST_${name.toUpperCase().replaceAll('-', '_')}`]

/** `app.settings.*` of the file, and of the environment over them. */
const appSettingsOf = ({ env, file }: Sources, reader: SettingReader): Record<string, string> => {
  const fromFile = [...file.keys()].filter((name) => name.startsWith(appPrefix))
  const fromEnv = Object.keys(env).filter((name) => name.startsWith(appVariable))
  return Object.fromEntries([
    ...fromFile.map((name) => [name.slice(appPrefix.length), reader.anyText(name) ?? '']),
    ...fromEnv.map((name) => [name.slice(appVariable.length), env[name] ?? '']),
  ])
}

const audienceOf = (reader: SettingReader): string | null => {
  const audience = reader.text('jwt-aud') ?? null
  if (audience?.includes(':') && !isUri(audience))
    throw new SettingProblem('jwt-aud should be a string or a valid URI')
  return audience
}

/** RFC 3986: a scheme, and nothing but allowed characters and whole escapes. */
const isUri = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})*$/i.test(text)

const rolePathOf = (reader: SettingReader): RolePath =>
  parseRolePath(reader.text('jwt-role-claim-key', 'role-claim-key') ?? '$.role')

const logLevelOf = (reader: SettingReader): LogLevel => {
  const given = reader.text('log-level') ?? 'error'
  const level = logLevels.find((known) => known === given)
  if (level === undefined) throw new SettingProblem('Invalid logging level. Check your configuration.')
  return level
}

const modeOf = (reader: SettingReader, name: string): number => {
  const [octal] = /^[0-7]+/.exec(reader.text(name) ?? '660') ?? []
  if (octal === undefined) throw new SettingProblem(`Invalid ${name}: not an octal`)
  const mode = Number.parseInt(octal, 8)
  if (mode < 0o600 || mode > 0o777)
    throw new SettingProblem(`Invalid ${name}: needs to be between 600 and 777`)
  return mode
}

const adminPortOf = (reader: SettingReader, serverPort: number): number | null => {
  const port = reader.integer('admin-server-port') ?? null
  if (port === serverPort) throw new SettingProblem('admin-server-port cannot be the same as server-port')
  return port
}

const databaseOf = (reader: SettingReader): Settings['database'] => ({
  uri: reader.text('db-uri') ?? 'postgresql://',
  poolSize: reader.integer('db-pool') ?? 10,
  acquisitionTimeout: reader.integer('db-pool-acquisition-timeout') ?? 10,
  maxLifetime: reader.integer('db-pool-max-lifetime') ?? 1800,
  maxIdletime: reader.integer('db-pool-timeout', 'db-pool-max-idletime') ?? 30,
  automaticRecovery: reader.isOn('db-pool-automatic-recovery') ?? true,
  preparedStatements: reader.isOn('db-prepared-statements') ?? true,
  channel: reader.text('db-channel') ?? 'pgrst',
  channelEnabled: reader.isOn('db-channel-enabled') ?? true,
  config: reader.isOn('db-config') ?? true,
  preConfig: reader.text('db-pre-config') ?? null,
  readingPause:
    (reader.integer('internal-schema-cache-query-sleep-before-queries') ?? 0) +
    (reader.integer('internal-schema-cache-query-sleep') ?? 0),
})

const serverOf = (reader: SettingReader): Settings['server'] => ({
  host: reader.text('server-host') ?? '!4',
  port: reader.integer('server-port') ?? 3000,
  unixSocket: reader.text('server-unix-socket') ?? null,
  unixSocketMode: modeOf(reader, 'server-unix-socket-mode'),
  reusePort: reader.isOn('server-reuseport') ?? false,
  traceHeader: reader.text('server-trace-header') ?? null,
  corsAllowedOrigins: splitNames(reader.text('server-cors-allowed-origins') ?? '').filter(Boolean),
})

/** Throws `SettingProblem` in PostgREST's words. Touches no file. */
export const readSettings = (sources: Sources): Settings => {
  const reader = settingReader(databaseSource(sources.database), environmentSource(sources.env), (name) =>
    sources.file.get(name),
  )
  const server = serverOf(reader)
  return {
    api: { ...readRestSettings(reader), appSettings: appSettingsOf(sources, reader) },
    database: databaseOf(reader),
    jwt: {
      audience: audienceOf(reader),
      rolePath: rolePathOf(reader),
      secret: reader.text('jwt-secret') ?? null,
      isBase64: reader.isOn('jwt-secret-is-base64', 'secret-is-base64') ?? false,
      cacheMaxEntries: reader.integer('jwt-cache-max-entries') ?? 1000,
    },
    server,
    admin: {
      host: reader.text('admin-server-host', 'server-host') ?? '!4',
      port: adminPortOf(reader, server.port),
      unixSocket: reader.text('admin-server-unix-socket') ?? null,
      unixSocketMode: modeOf(reader, 'admin-server-unix-socket-mode'),
    },
    log: { level: logLevelOf(reader), query: reader.isOn('log-query') ?? false },
  }
}
