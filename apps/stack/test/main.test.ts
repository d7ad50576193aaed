// How the process ends when it cannot begin: one line that says why, and a status that is not 0.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url).pathname
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, ['--conditions=source', main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  })

test('a socket that cannot be made is one observation and exit 1', async () => {
  const failed = await run(['--admin', '/nowhere/at/all.sock']).catch((error: object) => error)
  expect(failed).toMatchObject({ code: 1 })
  expect(JSON.parse('stdout' in failed ? String(failed.stdout) : '')).toMatchObject({
    level: 'error',
    process: 'stack',
    event: 'process.crashed',
    errorCause: expect.stringContaining('/nowhere/at/all.sock'),
  })
})

test.each([
  ['no socket', [], {}, 'needs --admin'],
  [
    'a wrong setting',
    ['--admin', '/tmp/x.sock'],
    { PLINTH_LOG_LEVEL: 'loud' },
    'PLINTH_LOG_LEVEL is not valid',
  ],
])('%s is said in words', async (_, args, env, words) => {
  await expect(run(args, env)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(words) })
})
