import { describe, expect, it, vi } from 'vitest'
import { makeStartGate, ranks } from '../src/start-gate.ts'

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

  it('lets a database alone go first, then whole projects in their order, and last what nobody waits for', async () => {
    const gate = makeStartGate(1)
    const log: string[] = []
    const door = Promise.withResolvers<void>()
    const passes = [gate.pass(() => door.promise)]
    let isWanted = false
    const enter = (name: string, rank: () => number) =>
      passes.push(gate.pass(async () => void log.push(name), { rank }))
    enter('later', () => ranks.later)
    enter('stack of one', () => ranks.project)
    enter('wanted meanwhile', () => (isWanted ? ranks.project : ranks.later))
    enter('database of two', () => ranks.project)
    enter('database alone', () => ranks.database)
    expect(gate.isCrowded()).toBe(true)
    isWanted = true
    door.resolve()
    await Promise.all(passes)
    expect(log).toEqual(['database alone', 'stack of one', 'wanted meanwhile', 'database of two', 'later'])
    expect(gate.isCrowded()).toBe(false)
  })

  it('does not let one that takes minutes keep others from starting', async () => {
    vi.useFakeTimers()
    try {
      const gate = makeStartGate(1)
      const door = Promise.withResolvers<void>()
      const log: string[] = []
      const slow = gate.pass(() => door.promise)
      const others = ['second', 'third'].map((name) => gate.pass(async () => void log.push(name)))
      await vi.advanceTimersByTimeAsync(10_000)
      expect(log).toEqual([])
      await vi.advanceTimersByTimeAsync(60_000)
      await Promise.all(others)
      expect(log).toEqual(['second', 'third'])
      door.resolve()
      await slow
      // Its place was given away once, not twice.
      const last = Promise.withResolvers<void>()
      const holding = gate.pass(() => last.promise)
      void gate.pass(async () => void log.push('fourth'))
      await vi.advanceTimersByTimeAsync(1000)
      expect(log).not.toContain('fourth')
      last.resolve()
      await holding
    } finally {
      vi.useRealTimers()
    }
  })

  it('counts how much a start takes, and never so much that nothing starts', async () => {
    const gate = makeStartGate(3)
    const entered: string[] = []
    const doors = new Map<string, () => void>()
    const enter = (name: string, weight: number, rank: number = ranks.project) => {
      const door = Promise.withResolvers<void>()
      doors.set(name, door.resolve)
      const start = async () => {
        entered.push(name)
        await door.promise
      }
      return gate.pass(start, { rank: () => rank, weight: () => weight })
    }
    const passes = [enter('a', 1), enter('heavy', 5), enter('b', 1), enter('idle', 1, ranks.later)]
    const until = (expected: readonly string[]) => expect.poll(() => entered).toEqual(expected)
    // The heavy one would not fit at any time: it enters alone, and nobody overtakes it meanwhile.
    await until(['a'])
    doors.get('a')?.()
    await until(['a', 'heavy'])
    doors.get('heavy')?.()
    await until(['a', 'heavy', 'b'])
    doors.get('b')?.()
    await until(['a', 'heavy', 'b', 'idle'])
    // What nobody waits for is not in the way of somebody who comes.
    passes.push(enter('c', 3))
    await until(['a', 'heavy', 'b', 'idle', 'c'])
    for (const open of doors.values()) open()
    await Promise.all(passes)
  })
})
