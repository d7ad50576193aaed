import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Bans } from '../src/bans.ts'
import { refOf } from './fixtures.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00.000Z') }))
afterEach(() => void vi.useRealTimers())

const ref = refOf(1)
const addresses = (bans: Bans) => bans.list(ref).map(({ address }) => address)

it('keeps a ban of one branch for half an hour', () => {
  const bans = new Bans()
  bans.add(ref, '192.0.2.7')
  expect(bans.list(ref)).toEqual([{ address: '192.0.2.7', until: '2026-01-01T00:30:00.000Z' }])
  expect(bans.list(refOf(2))).toEqual([])
  vi.advanceTimersByTime(30 * 60_000)
  expect(bans.list(ref)).toEqual([])
})

it.each([-1, 1])('lets nobody be banned for longer because the clock is set by %i hours', (hours) => {
  const bans = new Bans()
  bans.add(ref, '192.0.2.7')
  vi.setSystemTime(Date.now() + hours * 3_600_000)
  expect(bans.list(ref)).toEqual([])
})

it('lifts what it is told to, and tells of every change', () => {
  const bans = new Bans()
  const changes: number[] = []
  const unfollow = bans.follow((of) => changes.push(bans.list(of).length))
  bans.add(ref, '192.0.2.7')
  bans.add(ref, '2001:db8::7')
  bans.lift(ref, ['192.0.2.7', 'never banned'])
  unfollow()
  bans.lift(ref, ['2001:db8::7'])
  expect(changes).toEqual([1, 2, 1])
  expect(addresses(bans)).toEqual([])
})

it('keeps the newest where there are very many', () => {
  const bans = new Bans()
  for (let n = 0; n < 300; n += 1) bans.add(ref, `address ${n}`)
  expect(addresses(bans)).toEqual(Array.from({ length: 256 }, (_, at) => `address ${at + 44}`))
})
