// PostgREST's settings that shape the API itself, as a RestConfig. The standalone server reads them from
// database, environment and file; a branch's stack from the database alone, over its spec.

import type { RestConfig } from '@plinth/contracts'
import { choose, SettingProblem, type SettingReader, splitNames } from './setting-reader.ts'

/** PostgREST's defaults, which differ from a branch's. */
export const standardRestConfig: RestConfig = {
  schemas: ['public'],
  extraSearchPath: ['public'],
  maxRows: null,
  poolSize: null,
  anonRole: null,
  preRequest: null,
  hoistedTxSettings: [
    'statement_timeout',
    'plan_filter.statement_cost_limit',
    'default_transaction_isolation',
  ],
  safeUpdate: false,
  planEnabled: false,
  aggregatesEnabled: false,
  txEnd: 'commit',
  rootSpec: null,
  openapiMode: 'follow-privileges',
  openapiSecurityActive: false,
  openapiServerProxyUri: null,
  serverTimingEnabled: false,
  clientErrorVerbosity: 'verbose',
  urlUseLegacyTargetNames: true,
  appSettings: {},
}

const txEnds = ['commit', 'commit-allow-override', 'rollback', 'rollback-allow-override'] as const
const openapiModes = ['follow-privileges', 'ignore-privileges', 'disabled'] as const
const verbosities = ['verbose', 'minimal'] as const

const oneOf = <T extends string>(
  values: readonly T[],
  given: string | null | undefined,
  problem: string,
): T | null | undefined => {
  if (given === undefined || given === null) return given
  const found = values.find((value) => value === given)
  if (found === undefined) throw new SettingProblem(problem)
  return found
}

const list = (given: string | null | undefined): string[] | null | undefined =>
  typeof given === 'string' ? (given === '' ? [] : splitNames(given)) : given

const schemasOf = (reader: SettingReader): string[] | null | undefined => {
  const schemas = list(reader.text('db-schemas', 'db-schema'))
  const reserved = schemas?.find((name) => name === 'pg_catalog' || name === 'information_schema')
  if (reserved !== undefined) throw new SettingProblem(`db-schemas does not allow schema: '${reserved}'`)
  return schemas
}

/** An absolute http address without query and user, port 1-65535. */
const isProxyUri = (text: string): boolean => {
  const [, port] = /^https?:\/\/[^\s/?#@:]+(?::(\d*))?(?:\/[^\s?#]*)?$/i.exec(text) ?? [undefined, 'none']
  return port === undefined || (Number(port) > 0 && Number(port) < 65_536)
}

const proxyUriOf = (reader: SettingReader): string | null | undefined => {
  const uri = reader.text('openapi-server-proxy-uri')
  if (typeof uri === 'string' && !isProxyUri(uri))
    throw new SettingProblem('Malformed proxy uri, a correct example: https://example.com:8443/basePath')
  return uri
}

/** Throws `SettingProblem` in PostgREST's words. What no source names stays as it is in `before`. */
export const readRestSettings = (
  reader: SettingReader,
  before: RestConfig = standardRestConfig,
): RestConfig => {
  const standard = standardRestConfig
  const pick = <K extends keyof RestConfig>(key: K, given: RestConfig[K] | null | undefined) =>
    choose<RestConfig[K]>(given, standard[key], before[key])
  return {
    schemas: pick('schemas', schemasOf(reader)),
    extraSearchPath: pick('extraSearchPath', list(reader.anyText('db-extra-search-path'))),
    maxRows: pick('maxRows', reader.integer('db-max-rows', 'max-rows')),
    poolSize: before.poolSize,
    poolLimits: before.poolLimits,
    anonRole: pick('anonRole', reader.text('db-anon-role')),
    preRequest: pick('preRequest', reader.text('db-pre-request', 'pre-request')),
    hoistedTxSettings: pick('hoistedTxSettings', list(reader.text('db-hoisted-tx-settings'))),
    safeUpdate: before.safeUpdate,
    planEnabled: pick('planEnabled', reader.isOn('db-plan-enabled')),
    aggregatesEnabled: pick('aggregatesEnabled', reader.isOn('db-aggregates-enabled')),
    txEnd: pick(
      'txEnd',
      oneOf(txEnds, reader.text('db-tx-end'), 'Invalid transaction termination. Check your configuration.'),
    ),
    rootSpec: pick('rootSpec', reader.text('db-root-spec', 'root-spec')),
    openapiMode: pick(
      'openapiMode',
      oneOf(openapiModes, reader.text('openapi-mode'), 'Invalid openapi-mode. Check your configuration.'),
    ),
    openapiSecurityActive: pick('openapiSecurityActive', reader.isOn('openapi-security-active')),
    openapiServerProxyUri: pick('openapiServerProxyUri', proxyUriOf(reader)),
    serverTimingEnabled: pick('serverTimingEnabled', reader.isOn('server-timing-enabled')),
    clientErrorVerbosity: pick(
      'clientErrorVerbosity',
      oneOf(
        verbosities,
        reader.text('client-error-verbosity'),
        'Invalid client-error-verbosity. Check your configuration.',
      ),
    ),
    urlUseLegacyTargetNames: pick('urlUseLegacyTargetNames', reader.isOn('url-use-legacy-target-names')),
    appSettings: before.appSettings,
  }
}
