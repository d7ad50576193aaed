// What `npm run conformance -- --area` accepts, and what becomes of the scores of the other areas.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { whyNot } from '../src/areas.ts'
import { mergeScores } from '../src/score.ts'

test('an area that does not exist is an error that lists those that do', async () => {
  const main = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, ['--conditions=source', main, '--area', 'MCP', '--area', 'PCM'])
  const ended = new Promise((resolve) => child.once('close', resolve))
  const [code, said] = await Promise.all([ended, text(child.stderr)])
  expect([code, said]).toEqual([
    2,
    expect.stringMatching(/^There is no area PCM\. Areas: .*supabase CLI, .*\.$/m),
  ])
})

test.each([
  [[], false, undefined],
  [['data'], false, undefined],
  [['data', 'upstream'], true, undefined],
  [['upstream'], false, "upstream: give the clients' repository, too: --upstream <checkout>."],
  [['nothing', 'data', 'none'], true, 'There is no area nothing, none. Areas: data, upstream.'],
])('%j, with a checkout: %s', (asked, hasCheckout, why) => {
  expect(whyNot(asked, { walks: ['data'], suites: ['upstream'] }, hasCheckout)).toBe(why)
})

test('one area that was run keeps its place and leaves the others as they were; a new one comes last', () => {
  const score = (area: string, passed: number) => ({ area, passed, total: 9, failed: [] })
  const before = [score('a', 1), score('b', 1), score('c', 1)]
  expect(mergeScores(before, [score('b', 2)])).toEqual([score('a', 1), score('b', 2), score('c', 1)])
  expect(mergeScores(before, [score('d', 2), score('a', 2)])).toEqual([
    score('a', 2),
    score('b', 1),
    score('c', 1),
    score('d', 2),
  ])
})
