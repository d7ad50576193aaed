// Lines as they reach a file.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PlinthError } from '@plinth/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeObserve } from '../src/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'observe-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))

test('writes one flat line for each observation at or above the level', async () => {
  const file = join(folder, 'deep', 'stack.log')
  const observe = makeObserve({ sink: { file }, process: 'stack', ref: 'a'.repeat(20) })
  observe({ level: 'debug', event: 'not.written' })
  observe({ level: 'info', event: 'spec.taken', fields: { version: 3 } })
  observe({ level: 'warn', event: 'pool.slow', ref: 'b'.repeat(20) })
  await expect.poll(() => lines(file).length).toBe(2)
  expect(lines(file)).toMatchObject([
    { level: 'info', process: 'stack', event: 'spec.taken', ref: 'a'.repeat(20), version: 3 },
    { level: 'warn', event: 'pool.slow', ref: 'b'.repeat(20) },
  ])
})

test('writes an ordinary line after a moment, without further ones', async () => {
  const file = join(folder, 'quiet.log')
  const observe = makeObserve({ sink: { file } })
  for (const round of [1, 2]) {
    observe({ level: 'info', event: 'spec.taken', fields: { round } })
    await expect.poll(() => readFileSync(file, 'utf8')).toContain(`"round":${round}`)
  }
})

test('a warning is in the file at once, with everything before it, in order', () => {
  const file = join(folder, 'order.log')
  const observe = makeObserve({ sink: { file } })
  const events = Array.from({ length: 50 }, (_, n) => `line.${n}`)
  for (const [n, event] of events.entries()) observe({ level: n % 3 === 2 ? 'warn' : 'info', event })
  observe({ level: 'error', event: 'last' })
  expect(lines(file).map(({ event }) => event)).toEqual([...events, 'last'])
})

test('keeps the stack of a bug and of nothing else', () => {
  const file = join(folder, 'errors.log')
  const observe = makeObserve({ sink: { file } })
  const expected = new PlinthError({ code: 'mail_down', kind: 'upstream', status: 502, message: 'No mail.' })
  observe({ level: 'warn', event: 'mail.failed', error: expected })
  observe({ level: 'error', event: 'request.failed', error: new TypeError('x of undefined') })
  const [known, bug] = lines(file)
  expect(known).toMatchObject({ errorCode: 'mail_down', errorKind: 'upstream', errorMessage: 'No mail.' })
  expect(known).not.toHaveProperty('errorStack')
  expect(bug).toMatchObject({ errorCode: 'internal_error', errorCause: 'x of undefined' })
  expect(bug.errorStack).toContain('make-observe.test.ts')
})

test('writes what is buffered when the process exits', () => {
  const index = new URL('../src/index.ts', import.meta.url).pathname
  const file = join(folder, 'exit.log')
  const program = `import { makeObserve } from '${index}'
    makeObserve({ sink: { file: '${file}' } })({ level: 'info', event: 'last.words' })
    process.exit(0)`
  execFileSync(process.execPath, ['--conditions=source', '--input-type=module', '-e', program])
  expect(lines(file)).toMatchObject([{ event: 'last.words' }])
})
