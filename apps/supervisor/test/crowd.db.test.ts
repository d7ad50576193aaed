// Many branches wanted in the same instant: each is made or woken in its turn, nobody is turned away, and who asks for how
// far it is hears that.

import { StillWaking } from '@plinth/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation } from './installation.ts'

const refs = Array.from({ length: 6 }, (_, index) => refOf(index + 1))
let here: Installation
beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start()
})
afterAll(() => here.remove())

/** Asks again as long as it is told to wait; how the others stood meanwhile is of no account. */
const untilAwake = async (ref: string, part: 'everything' | 'database'): Promise<number> => {
  for (;;) {
    const { status, body } = await here.request('POST', `/branches/${ref}/wake`, { part, answerWithin: 0.05 })
    if (status !== 202) return status
    StillWaking.parse(body)
  }
}

test('a crowd of new branches, and then of sleeping ones, is served to the last', async () => {
  await Promise.all(refs.map((ref) => here.put(specOf(ref))))
  await Promise.all(refs.map((ref) => here.until(ref, 'awake')))
  await Promise.all(refs.map((ref) => here.request('POST', `/branches/${ref}/sleep`)))
  await Promise.all(refs.map((ref) => here.until(ref, 'asleep')))
  // Some by their database alone, whose stacks come when nobody waits any more.
  const partOf = (index: number) => (index % 3 === 0 ? 'database' : 'everything')
  const answers = await Promise.all(refs.map((ref, index) => untilAwake(ref, partOf(index))))
  expect(new Set(answers)).toEqual(new Set([200]))
  await Promise.all(refs.map((ref) => here.until(ref, 'awake')))
  const asked = await Promise.all(refs.map((ref) => here.ask(ref)))
  expect(new Set(asked.map(({ pid }) => pid)).size).toBe(refs.length)
})
