import { describe, expect, it } from 'vitest'
import { makeStartGate } from '../src/start-gate.ts'

describe('the start gate', () => {
  it('lets so many through at a time, in order, whatever becomes of them', async () => {
    const gate = makeStartGate(2)
    const log: string[] = []
    const doors = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    const passes = doors.map((door, n) =>
      gate.pass(async () => {
        log.push(`in ${n}`)
        await door.promise.finally(() => log.push(`out ${n}`))
      }),
    )
    const settle = () => new Promise((resolve) => setImmediate(resolve))
    await settle()
    expect(log).toEqual(['in 0', 'in 1'])
    doors[1]?.reject(new Error('did not start'))
    await expect(passes[1]).rejects.toThrow('did not start')
    await settle()
    expect(log).toEqual(['in 0', 'in 1', 'out 1', 'in 2'])
    for (const door of doors) door.resolve()
    await Promise.allSettled(passes)
    expect(log.filter((line) => line.startsWith('out'))).toHaveLength(4)
  })
})
