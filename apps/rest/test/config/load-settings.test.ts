// Settings with the files they point to, and as `--dump-config` shows them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dumpSettings } from '../../src/config/dump-settings.ts'
import { exampleFile } from '../../src/config/example.ts'
import { loadSettings } from '../../src/config/load-settings.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rest-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const load = (env: Record<string, string>, file?: string) => loadSettings({ env, file, database: new Map() })

const text = 'reallyreallyreallyreallyverysafe'
const base64 = Buffer.from(text).toString('base64')

describe('jwt-secret', () => {
  it.each<[string, () => Record<string, string>]>([
    ['a text', () => ({ PGRST_JWT_SECRET: text })],
    ['base64', () => ({ PGRST_JWT_SECRET: base64, PGRST_JWT_SECRET_IS_BASE64: 'true' })],
    [
      'url-safe base64 with dots',
      () => ({ PGRST_JWT_SECRET: base64.replaceAll('=', '.'), PGRST_JWT_SECRET_IS_BASE64: 'true' }),
    ],
    ['a file', () => ({ PGRST_JWT_SECRET: `@${write('secret', `${text}\n`)}` })],
    [
      'a file of base64',
      () => ({ PGRST_JWT_SECRET: `@${write('base64', base64)}`, PGRST_JWT_SECRET_IS_BASE64: 'true' }),
    ],
  ])('as %s', (_name, env) => {
    expect(load(env()).secret?.toString()).toBe(text)
  })

  const jwk = { kty: 'oct', k: Buffer.from(text).toString('base64url'), kid: 'one', alg: 'HS256' }
  it.each([
    ['a key', JSON.stringify(jwk), ['one']],
    ['a set of keys', JSON.stringify({ keys: [jwk, { ...jwk, kid: 'two' }] }), ['one', 'two']],
  ])('as %s', (_name, secret, ids) => {
    expect(load({ PGRST_JWT_SECRET: secret }).keys?.map(({ id }) => id)).toEqual(ids)
  })

  it.each([
    ['too short', { PGRST_JWT_SECRET: 'short' }, 'The JWT secret must be at least 32 characters long.'],
    [
      'no base64',
      { PGRST_JWT_SECRET: 'no base-64!', PGRST_JWT_SECRET_IS_BASE64: 'true' },
      'The JWT secret is not valid base64.',
    ],
    ['in no file', { PGRST_JWT_SECRET: '@/nowhere' }, 'ENOENT'],
  ])('%s', (_name, env, message) => {
    expect(() => load(env)).toThrow(message)
    expect(() => load(env)).toThrow('Error in config ')
  })
})

it('db-uri may stand in a file of its own', () => {
  const path = write('uri', ' postgresql://host/db\n')
  expect(load({ PGRST_DB_URI: `@${path}` }).settings.database.uri).toBe('postgresql://host/db')
})

describe('--dump-config', () => {
  it('shows what was read, so that reading it again shows the same', () => {
    const first = dumpSettings(
      load({
        PGRST_DB_SCHEMAS: 'multi,   tenant,setup',
        PGRST_DB_MAX_ROWS: '1000',
        PGRST_JWT_ROLE_CLAIM_KEY: '$.user[0].role',
        PGRST_JWT_SECRET: base64,
        PGRST_JWT_SECRET_IS_BASE64: 'true',
        PGRST_APP_SETTINGS_test: 'say "hi"',
        PGRST_SERVER_UNIX_SOCKET_MODE: '777',
      }),
    )
    expect(first.split('\n')).toEqual(
      expect.arrayContaining([
        'admin-server-port = ""',
        'app.settings.test = "say \\"hi\\""',
        'db-max-rows = 1000',
        'db-plan-enabled = false',
        'db-schemas = "multi,tenant,setup"',
        'jwt-role-claim-key = "$$.user[0].role"',
        `jwt-secret = "${base64}"`,
        'server-unix-socket-mode = "777"',
      ]),
    )
    expect(dumpSettings(load({}, write('dump', first)))).toBe(first)
  })

  it('shows the same for the example and for nothing at all', () => {
    expect(dumpSettings(load({}, write('example', exampleFile)))).toBe(dumpSettings(load({})))
  })
})
