// The command line, as the process's answers to its arguments.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runServer } from './a-server.ts'

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rest-main-'))
  file = join(folder, 'config')
  writeFileSync(file, 'db-config = false\ndb-max-rows = 7\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

type Case = readonly [args: readonly string[], env: Record<string, string>, shown: string]

describe('shows and ends', () => {
  it.each<Case>([
    [['--help'], {}, 'Usage: plinth rest'],
    [['--version'], {}, 'PostgREST '],
    [['-e'], {}, 'db-uri = "postgresql://"'],
    [['--dump-config'], { PGRST_DB_CONFIG: 'false' }, 'db-schemas = "public"'],
    [['--dump-config', 'FILE'], { PGRST_DB_POOL: '3' }, 'db-pool = 3'],
    [['FILE', '--dump-config'], {}, 'db-max-rows = 7'],
    // A database that cannot be asked has no settings.
    [['--dump-config'], { PGRST_DB_URI: 'postgresql://x@/x?host=/nowhere' }, 'db-max-rows = ""'],
  ])('%j', async (args, env, shown) => {
    const { code, stdout } = await runServer(
      args.map((arg) => (arg === 'FILE' ? file : arg)),
      env,
    )
    expect(stdout).toContain(shown)
    expect(code).toBe(0)
  })
})

describe('refuses', () => {
  const off = { PGRST_DB_CONFIG: 'false' }
  it.each<Case>([
    [['--dump-config', '/nowhere/config'], {}, 'Error in config ENOENT'],
    [
      ['--dump-config'],
      { ...off, PGRST_OPENAPI_MODE: 'x' },
      'Invalid openapi-mode. Check your configuration.',
    ],
    [
      ['--dump-config'],
      { ...off, PGRST_JWT_SECRET: 'short' },
      'The JWT secret must be at least 32 characters long.',
    ],
    [['--nonsense'], {}, '--nonsense'],
    [['one', 'two'], {}, "Unexpected argument 'two'"],
    [['--ready'], off, 'ERROR: Admin server is not running. Please check admin-server-port config.'],
    [
      ['--ready'],
      { ...off, PGRST_ADMIN_SERVER_PORT: '1' },
      'ERROR: The `--ready` flag cannot be used when server-host is configured as "!4".',
    ],
    [
      ['--ready'],
      { ...off, PGRST_ADMIN_SERVER_PORT: '1', PGRST_SERVER_HOST: '127.0.0.1' },
      'ERROR: connection refused to http://127.0.0.1:1/ready',
    ],
  ])('%j with %j', async (args, env, told) => {
    const { code, stderr } = await runServer(args, env)
    expect(stderr).toContain(told)
    expect(code).toBe(1)
  })
})
