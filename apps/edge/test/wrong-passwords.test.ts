import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { countWrongPasswords, whyBanned } from '../src/wrong-passwords.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ref = 'a'.repeat(20)

const make = () => {
  const told: unknown[] = []
  const passwords = countWrongPasswords({
    request: async (method, path, body) => {
      told.push([method, path, body])
      return { status: 204, body: undefined }
    },
  })
  const wrong = (times: number, address = '192.0.2.7', of = ref) => {
    for (let time = 0; time < times; time += 1) passwords.wrong(of, address)
  }
  return { told, passwords, wrong }
}

const asked = (address: string) => ['POST', `/branches/${ref}/bans`, { address }]

it('asks for a ban with the tenth wrong password, once', () => {
  const { told, wrong } = make()
  wrong(9)
  expect(told).toEqual([])
  wrong(1)
  expect(told).toEqual([asked('192.0.2.7')])
  wrong(9)
  expect(told).toHaveLength(1)
})

it('counts by project and by address', () => {
  const { told, wrong } = make()
  wrong(9)
  wrong(9, '2001:db8::7')
  wrong(9, '192.0.2.7', 'b'.repeat(20))
  expect(told).toEqual([])
  wrong(1, '2001:db8::7')
  expect(told).toEqual([asked('2001:db8::7')])
})

it('forgets them with the right one, and with time', () => {
  const { told, wrong, passwords } = make()
  wrong(9)
  passwords.right(ref, '192.0.2.7')
  wrong(9)
  vi.advanceTimersByTime(10 * 60_000)
  wrong(9)
  expect(told).toEqual([])
})

it('remembers a bounded number of addresses, those of late', () => {
  const { told, wrong } = make()
  wrong(9, 'first')
  wrong(9, 'second')
  for (let other = 0; other < 9_999; other += 1) wrong(1, `other-${other}`)
  wrong(1, 'second')
  wrong(1, 'first')
  expect(told).toEqual([asked('second')])
})

it('goes on when the supervisor is away', async () => {
  const passwords = countWrongPasswords({ request: () => Promise.reject(new Error('away')) })
  for (let time = 0; time < 10; time += 1) passwords.wrong(ref, '192.0.2.7')
  await vi.advanceTimersByTimeAsync(0)
})

it('knows a ban until it ends, and says how to lift it', () => {
  vi.setSystemTime('2026-01-01T00:00:00.000Z')
  const route = {
    ref,
    bans: [{ address: '192.0.2.7', until: '2026-01-01T00:30:00.000Z' }],
  } as unknown as Parameters<typeof whyBanned>[0]
  expect(whyBanned(route, '192.0.2.8')).toBeUndefined()
  expect(whyBanned(route, '192.0.2.7')).toMatchObject({
    message: expect.stringContaining('192.0.2.7'),
    hint: expect.stringContaining('supabase network-bans remove --db-unban-ip 192.0.2.7'),
  })
  vi.setSystemTime('2026-01-01T00:30:00.000Z')
  expect(whyBanned(route, '192.0.2.7')).toBeUndefined()
  // The clock was ahead when the ban began.
  vi.setSystemTime('2025-01-01T00:00:00.000Z')
  expect(whyBanned(route, '192.0.2.7')).toBeUndefined()
})
