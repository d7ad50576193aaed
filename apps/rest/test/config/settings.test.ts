// Which source wins, and what may not be said at all:
// https://docs.postgrest.org/en/v14/references/configuration.html

import { SettingProblem } from '@plinth/rest'
import { describe, expect, it } from 'vitest'
import { readSettings, type Sources } from '../../src/config/settings.ts'

const read = ({
  database = {},
  env = {},
  file = {},
}: {
  database?: Record<string, string>
  env?: Record<string, string>
  file?: Record<string, string | number | boolean>
}) =>
  readSettings({
    database: new Map(Object.entries(database)),
    env,
    file: new Map(Object.entries(file)),
  } satisfies Sources)

describe('precedence', () => {
  it.each([
    ['nothing', {}, null],
    ['the file', { file: { 'db-max-rows': 1 } }, 1],
    ['environment before file', { file: { 'db-max-rows': 1 }, env: { PGRST_DB_MAX_ROWS: '2' } }, 2],
    [
      'database before environment',
      { file: { 'db-max-rows': 1 }, env: { PGRST_DB_MAX_ROWS: '2' }, database: { db_max_rows: '3' } },
      3,
    ],
    [
      'an empty variable hides the file',
      { file: { 'db-max-rows': 1 }, env: { PGRST_DB_MAX_ROWS: '' } },
      null,
    ],
    ['a wrong number is none', { file: { 'db-max-rows': true } }, null],
  ])('%s', (_name, sources, expected) => {
    expect(read(sources).api.maxRows).toBe(expected)
  })

  it('app.settings.* come from file and environment', () => {
    const { appSettings } = read({
      file: { 'app.settings.test': false, 'app.settings.host': 'a' },
      env: { PGRST_APP_SETTINGS_host: 'b', PGRST_APP_SETTINGS_more: 'c' },
    }).api
    expect(appSettings).toEqual({ test: 'Bool False', host: 'b', more: 'c' })
  })
})

it('has defaults', () => {
  expect(read({})).toMatchObject({
    api: { schemas: ['public'], extraSearchPath: ['public'], anonRole: null, txEnd: 'commit' },
    database: {
      uri: 'postgresql://',
      poolSize: 10,
      acquisitionTimeout: 10,
      maxLifetime: 1800,
      maxIdletime: 30,
      channel: 'pgrst',
      channelEnabled: true,
      config: true,
    },
    jwt: {
      audience: null,
      secret: null,
      isBase64: false,
      cacheMaxEntries: 1000,
      rolePath: { text: '$.role' },
    },
    server: { host: '!4', port: 3000, unixSocket: null, unixSocketMode: 0o660, corsAllowedOrigins: [] },
    admin: { host: '!4', port: null },
    log: { level: 'error', query: false },
  })
})

describe('a wrong value is told in the words operators know', () => {
  it.each([
    ['PGRST_LOG_LEVEL', 'never', 'Invalid logging level. Check your configuration.'],
    ['PGRST_SERVER_UNIX_SOCKET_MODE', '800', 'Invalid server-unix-socket-mode: not an octal'],
    [
      'PGRST_SERVER_UNIX_SOCKET_MODE',
      '577',
      'Invalid server-unix-socket-mode: needs to be between 600 and 777',
    ],
    [
      'PGRST_SERVER_UNIX_SOCKET_MODE',
      '1000',
      'Invalid server-unix-socket-mode: needs to be between 600 and 777',
    ],
    ['PGRST_JWT_AUD', 'foo://%%$$^^.com', 'jwt-aud should be a string or a valid URI'],
    ['PGRST_ADMIN_SERVER_PORT', '3000', 'admin-server-port cannot be the same as server-port'],
    [
      'PGRST_JWT_ROLE_CLAIM_KEY',
      '@@x',
      'failed to parse role-claim-key value (@@x): expecting a JSON path such as $.role',
    ],
  ])('%s=%s', (name, value, message) => {
    expect(() => read({ env: { [name]: value } })).toThrow(new SettingProblem(message))
  })
})
