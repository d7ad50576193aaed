// The reason for a failed start is what the server said of itself, not what it said to those who knocked.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explainStart } from '../src/start-failure.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-log-'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  [
    'recovery ended before configured recovery target was reached',
    'FATAL:  the database system is not accepting connections',
  ],
  ['something odd', 'FATAL:  the database system is starting up'],
  ['something odd', 'LOG:  shutting down'],
])('%s, before: %s', async (reason, last) => {
  const log = join(folder, 'log')
  await writeFile(log, `[1] LOG:  starting\n[2] FATAL:  ${reason}\n[3] ${last}\n`)
  expect((await explainStart(log, 0)).message).toBe(`The database did not start: ${reason}`)
})
