// Settings as a configuration file: `--dump-config`. Sorted by name, texts quoted.

import type { Loaded } from './load-settings.ts'
import type { RolePath } from './role-path.ts'
import type { Settings } from './settings.ts'

const quote = (text: string | null): string => `"${(text ?? '').replaceAll('"', '\\"')}"`
const list = (names: readonly string[]): string => quote(names.join(','))
const count = (number: number | null): string => (number === null ? '""' : String(number))
const mode = (bits: number): string => quote(bits.toString(8))
/** In a file a dollar sign begins a variable. */
const path = ({ text, isOld }: RolePath): string => quote(isOld ? text : text.replaceAll('$', '$$$$'))

const secretOf = ({ secret, settings }: Loaded): string =>
  quote(secret?.toString(settings.jwt.isBase64 ? 'base64' : 'utf8') ?? null)

const apiLines = ({ api }: Settings): Readonly<Record<string, string | boolean>> => ({
  'client-error-verbosity': quote(api.clientErrorVerbosity),
  'db-aggregates-enabled': api.aggregatesEnabled,
  'db-anon-role': quote(api.anonRole),
  'db-extra-search-path': list(api.extraSearchPath),
  'db-hoisted-tx-settings': list(api.hoistedTxSettings),
  'db-max-rows': count(api.maxRows),
  'db-plan-enabled': api.planEnabled,
  'db-pre-request': quote(api.preRequest),
  'db-root-spec': quote(api.rootSpec),
  'db-schemas': list(api.schemas),
  'db-tx-end': quote(api.txEnd),
  'openapi-mode': quote(api.openapiMode),
  'openapi-security-active': api.openapiSecurityActive,
  'openapi-server-proxy-uri': quote(api.openapiServerProxyUri),
  'server-timing-enabled': api.serverTimingEnabled,
  'url-use-legacy-target-names': api.urlUseLegacyTargetNames,
  ...Object.fromEntries(
    Object.entries(api.appSettings).map(([name, value]) => [`app.settings.${name}`, quote(value)]),
  ),
})

const databaseLines = ({ database }: Settings): Readonly<Record<string, string | boolean>> => ({
  'db-channel': quote(database.channel),
  'db-channel-enabled': database.channelEnabled,
  'db-config': database.config,
  'db-pool': count(database.poolSize),
  'db-pool-acquisition-timeout': count(database.acquisitionTimeout),
  'db-pool-automatic-recovery': database.automaticRecovery,
  'db-pool-max-idletime': count(database.maxIdletime),
  'db-pool-max-lifetime': count(database.maxLifetime),
  'db-pre-config': quote(database.preConfig),
  'db-prepared-statements': database.preparedStatements,
  'db-uri': quote(database.uri),
})

const serverLines = ({ server, admin, log }: Settings): Readonly<Record<string, string | boolean>> => ({
  'admin-server-host': quote(admin.host),
  'admin-server-port': count(admin.port),
  'admin-server-unix-socket': quote(admin.unixSocket),
  'admin-server-unix-socket-mode': mode(admin.unixSocketMode),
  'log-level': quote(log.level),
  'log-query': log.query,
  'server-cors-allowed-origins': list(server.corsAllowedOrigins),
  'server-host': quote(server.host),
  'server-port': count(server.port),
  'server-reuseport': server.reusePort,
  'server-trace-header': quote(server.traceHeader),
  'server-unix-socket': quote(server.unixSocket),
  'server-unix-socket-mode': mode(server.unixSocketMode),
})

export const dumpSettings = (loaded: Loaded): string => {
  const { settings } = loaded
  const lines = {
    ...apiLines(settings),
    ...databaseLines(settings),
    ...serverLines(settings),
    'jwt-aud': quote(settings.jwt.audience),
    'jwt-cache-max-entries': count(settings.jwt.cacheMaxEntries),
    'jwt-role-claim-key': path(settings.jwt.rolePath),
    'jwt-secret': secretOf(loaded),
    'jwt-secret-is-base64': settings.jwt.isBase64,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${value}\n`)
    .sort()
    .join('')
}
