// https://docs.postgrest.org/en/v14/references/configuration.html

import { RestConfig } from '@plinth/contracts'
import { describe, expect, it } from 'vitest'
import { readRestSettings, standardRestConfig } from '../../src/config/rest-settings.ts'
import { SettingProblem, settingReader } from '../../src/config/setting-reader.ts'

const read = (settings: Record<string, string>, before?: RestConfig) =>
  readRestSettings(
    settingReader((name) => settings[name]),
    before,
  )

describe('one setting', () => {
  it.each<[name: string, value: string, expected: Partial<RestConfig>]>([
    ['db-schemas', 'a, b', { schemas: ['a', 'b'] }],
    ['db-schema', 'old', { schemas: ['old'] }],
    ['db-extra-search-path', '', { extraSearchPath: [] }],
    ['db-extra-search-path', 'public, x', { extraSearchPath: ['public', 'x'] }],
    ['db-max-rows', '5', { maxRows: 5 }],
    ['max-rows', '6', { maxRows: 6 }],
    ['db-anon-role', 'web', { anonRole: 'web' }],
    ['db-pre-request', 'api.check', { preRequest: 'api.check' }],
    ['pre-request', 'check', { preRequest: 'check' }],
    ['db-root-spec', 'root', { rootSpec: 'root' }],
    ['db-hoisted-tx-settings', 'work_mem', { hoistedTxSettings: ['work_mem'] }],
    ['db-plan-enabled', 'true', { planEnabled: true }],
    ['db-aggregates-enabled', 'true', { aggregatesEnabled: true }],
    ['db-tx-end', 'rollback-allow-override', { txEnd: 'rollback-allow-override' }],
    ['openapi-mode', 'disabled', { openapiMode: 'disabled' }],
    ['openapi-security-active', 'true', { openapiSecurityActive: true }],
    [
      'openapi-server-proxy-uri',
      'https://a.example:8443/b',
      { openapiServerProxyUri: 'https://a.example:8443/b' },
    ],
    ['server-timing-enabled', 'true', { serverTimingEnabled: true }],
    ['client-error-verbosity', 'minimal', { clientErrorVerbosity: 'minimal' }],
    ['url-use-legacy-target-names', 'false', { urlUseLegacyTargetNames: false }],
  ])('%s = %s', (name, value, expected) => {
    expect(read({ [name]: value })).toEqual({ ...standardRestConfig, ...expected })
  })
})

describe('a wrong value is told in the words operators know', () => {
  it.each([
    ['openapi-mode', 'sometimes', 'Invalid openapi-mode. Check your configuration.'],
    ['db-tx-end', 'random', 'Invalid transaction termination. Check your configuration.'],
    ['client-error-verbosity', 'loud', 'Invalid client-error-verbosity. Check your configuration.'],
    ['db-schemas', 'public, pg_catalog', "db-schemas does not allow schema: 'pg_catalog'"],
    ['db-schemas', 'information_schema', "db-schemas does not allow schema: 'information_schema'"],
    ...[
      'htp:/@@localhorst.invalid',
      'http://a@b/',
      'https://a/?q',
      'https://a:70000',
      'a.example',
      'https://',
    ].map((uri) => [
      'openapi-server-proxy-uri',
      uri,
      'Malformed proxy uri, a correct example: https://example.com:8443/basePath',
    ]),
  ])('%s = %s', (name = '', value = '', message = '') => {
    expect(() => read({ [name]: value })).toThrow(new SettingProblem(message))
  })
})

describe('over an earlier configuration', () => {
  const before = RestConfig.parse({ preRequest: 'public.check', maxRows: 7, appSettings: { a: 'b' } })

  it('what is not named stays', () => {
    expect(read({ 'db-plan-enabled': 'true' }, before)).toEqual({ ...before, planEnabled: true })
  })

  it('what is named without a value is the standard one', () => {
    expect(read({ 'db-pre-request': '', 'db-max-rows': '' }, before)).toEqual({
      ...before,
      preRequest: null,
      maxRows: null,
    })
  })
})
