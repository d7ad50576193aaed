// Settings that owners keep in the database (`alter role authenticator set pgrst.db_max_rows = '100'`) go
// before the ones the service was started with.

import type { RestConfig } from '@plinth/contracts'
import type { Catalogue } from '@plinth/schema'

type Change = (text: string) => Partial<RestConfig>

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

const isTrue = (text: string): boolean => text === 'true' || text === 'on' || text === '1'

const txEnds: readonly RestConfig['txEnd'][] = [
  'commit',
  'commit-allow-override',
  'rollback',
  'rollback-allow-override',
]
const modes: readonly RestConfig['openapiMode'][] = ['follow-privileges', 'ignore-privileges', 'disabled']

const verbosities: readonly RestConfig['clientErrorVerbosity'][] = ['verbose', 'minimal']

const oneOf = <T extends string>(values: readonly T[], text: string): T | undefined =>
  values.find((value) => value === text)

const positive = (text: string): number | null => {
  const number = Number.parseInt(text, 10)
  return number > 0 ? number : null
}

const given = <K extends keyof RestConfig>(name: K, value: RestConfig[K] | undefined): Partial<RestConfig> =>
  // One known key with a value of its own type.
  value === undefined ? {} : ({ [name]: value } as Partial<RestConfig>)

const changes: Readonly<Record<string, Change>> = {
  db_extra_search_path: (text) => ({ extraSearchPath: names(text) }),
  db_max_rows: (text) => ({ maxRows: positive(text) }),
  db_pre_request: (text) => ({ preRequest: text === '' ? null : text }),
  db_plan_enabled: (text) => ({ planEnabled: isTrue(text) }),
  db_aggregates_enabled: (text) => ({ aggregatesEnabled: isTrue(text) }),
  db_tx_end: (text) => given('txEnd', oneOf(txEnds, text)),
  db_root_spec: (text) => ({ rootSpec: text === '' ? null : text }),
  openapi_mode: (text) => given('openapiMode', oneOf(modes, text)),
  openapi_security_active: (text) => ({ openapiSecurityActive: isTrue(text) }),
  openapi_server_proxy_uri: (text) => ({ openapiServerProxyUri: text === '' ? null : text }),
  client_error_verbosity: (text) => given('clientErrorVerbosity', oneOf(verbosities, text)),
  url_use_legacy_target_names: (text) => ({ urlUseLegacyTargetNames: isTrue(text) }),
  server_timing_enabled: (text) => ({ serverTimingEnabled: isTrue(text) }),
}

const appSetting = 'app.settings.'

/** The configuration that holds for a catalogue. Which schemas are read was decided before it was. */
export const effectiveConfig = (config: RestConfig, catalogue: Catalogue): RestConfig => {
  let merged = config
  for (const [name, text] of catalogue.config) {
    const change = changes[name]
    if (change !== undefined) merged = { ...merged, ...change(text) }
    else if (name.startsWith(appSetting))
      merged = {
        ...merged,
        appSettings: { ...merged.appSettings, [name.slice(appSetting.length)]: text },
      }
  }
  return merged
}
