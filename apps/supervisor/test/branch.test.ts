import type { Desired } from '@plinth/contracts'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeBranch, ref } from './a-branch.ts'
import { specOf } from './fixtures.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Longer than any sequence of retries. */
const calm = () => vi.advanceTimersByTimeAsync(120_000)

describe('a branch', () => {
  it('is created awake, sleeps when told and wakes once for all who call', async () => {
    const { host, branch, statuses } = makeBranch()
    branch.create()
    await calm()
    branch.sleep()
    await calm()
    const woken = Promise.all([branch.wake(), branch.wake(), branch.wake()])
    await calm()
    await woken
    expect(statuses).toEqual(['provisioning', 'awake', 'stopping', 'asleep', 'waking', 'awake'])
    expect(host.starts).toBe(2)
  })

  it('answers whoever needs the database alone before the rest is up', async () => {
    const { host, branch } = makeBranch()
    branch.create()
    await calm()
    branch.sleep()
    await calm()
    host.databaseFirst = true
    const order: string[] = []
    const all = branch.wake().then(() => order.push('everything'))
    const database = branch.wake('database').then(() => order.push('database'))
    await calm()
    await Promise.all([all, database])
    expect(order).toEqual(['database', 'everything'])
    expect(host.starts).toBe(2)
  })

  it('is woken by a call that comes while it is being stopped', async () => {
    const { branch, statuses } = makeBranch()
    branch.create()
    await calm()
    branch.sleep()
    await vi.advanceTimersByTimeAsync(1)
    expect(branch.status).toBe('stopping')
    const woken = branch.wake()
    await calm()
    await woken
    expect(statuses.slice(-4)).toEqual(['stopping', 'asleep', 'waking', 'awake'])
  })

  it('heals from a crash while its callers wait', async () => {
    const { host, branch, statuses } = makeBranch()
    branch.create()
    await calm()
    host.stack = false
    // One caller is faster than the news of the crash.
    const served = Promise.all([branch.wake(), branch.crashed('The API process'), branch.wake()])
    await calm()
    await served
    expect(host.starts).toBe(2)
    expect(statuses.slice(-2)).toEqual(['waking', 'awake'])
  })

  it('that is to start again while it starts serves its callers after that', async () => {
    const { host, branch, orderRestart } = makeBranch()
    branch.create()
    await vi.advanceTimersByTimeAsync(1)
    orderRestart()
    const startsWhenServed = branch.wake().then(() => host.starts)
    await calm()
    expect(await startsWhenServed).toBe(2)
  })

  it('says that it is leaving from the order of a restart on, and starts once', async () => {
    const { host, branch, leavings, orderRestart } = makeBranch()
    branch.create()
    await calm()
    orderRestart()
    await calm()
    expect(new Set(leavings)).toEqual(new Set([2]))
    expect(branch.report).toMatchObject({ status: 'awake', specVersion: 2 })
    expect([branch.report.leaving, host.starts]).toEqual([undefined, 2])
  })

  it('is given up after crashing again and again, says why, and is tried again later', async () => {
    const { host, branch } = makeBranch()
    branch.create()
    await calm()
    for (let crash = 0; crash < 5; crash += 1) {
      await vi.advanceTimersByTimeAsync(4000)
      expect(branch.status).toBe('awake')
      host.postgres = false
      branch.crashed('Postgres')
    }
    await vi.advanceTimersByTimeAsync(10_000)
    expect(branch.report).toMatchObject({ status: 'broken', reason: 'Postgres ended unexpectedly.' })
    expect(host).toMatchObject({ postgres: false, stack: false })
    await expect(branch.wake()).rejects.toMatchObject({ code: 'branch_broken', status: 503 })
    await calm()
    const served = branch.wake()
    await calm()
    await served
    expect(branch.report).not.toHaveProperty('reason')
  })

  it('that cannot be provisioned says why in plain words and can be removed', async () => {
    const { host, branch } = makeBranch()
    host.failures = Number.POSITIVE_INFINITY
    branch.create()
    const served = expect(branch.wake()).rejects.toThrow('disk of the host is full')
    await calm()
    await served
    expect(branch.report).toMatchObject({ status: 'broken', reason: 'The disk of the host is full.' })
    expect(host.postgres).toBe(false)
    branch.take(specOf(ref, 2, { desired: 'removed' }))
    await calm()
    expect([branch.status, host.removed]).toEqual(['gone', true])
  })

  it('takes a newer spec while it serves, and not twice', async () => {
    const { host, branch, want } = makeBranch()
    branch.create()
    await calm()
    want('available')
    await calm()
    expect([host.specVersion, host.starts]).toEqual([2, 1])
  })

  it('refuses callers while it is paused, and comes back awake', async () => {
    const { branch, want } = makeBranch()
    branch.create()
    await calm()
    want('paused')
    await calm()
    expect(branch.status).toBe('paused')
    await expect(branch.wake()).rejects.toMatchObject({ code: 'branch_paused', status: 409 })
    want('available')
    await calm()
    expect(branch.status).toBe('awake')
  })

  it('is restored while its callers wait, and serves afterwards', async () => {
    const { host, branch, statuses, settled } = makeBranch()
    branch.create()
    await calm()
    settled.length = 0
    host.restoreDue = true
    branch.look()
    await vi.advanceTimersByTimeAsync(1)
    expect(branch.status).toBe('restoring')
    const served = branch.wake()
    await calm()
    await served
    expect(statuses.slice(-4)).toEqual(['restoring', 'asleep', 'waking', 'awake'])
    expect([host.restores, host.wrongs]).toEqual([1, []])
    expect(settled).toEqual(['awake'])
  })

  it('that is to be restored while it starts is reported as awake only after that', async () => {
    const { host, branch, settled } = makeBranch()
    branch.create()
    await calm()
    branch.sleep()
    await calm()
    settled.length = 0
    const served = branch.wake().then(() => host.restores)
    await vi.advanceTimersByTimeAsync(1)
    expect(branch.status).toBe('waking')
    host.restoreDue = true
    branch.look()
    await calm()
    expect([await served, settled]).toEqual([1, ['awake']])
  })

  it('that cannot be started after a restore is broken, never reported as serving', async () => {
    const { host, branch, settled } = makeBranch()
    branch.create()
    await calm()
    settled.length = 0
    Object.assign(host, { restoreDue: true, failures: Number.POSITIVE_INFINITY })
    branch.look()
    await calm()
    expect(settled).toEqual(['broken'])
  })

  it('says why a restore changed nothing, until the next one', async () => {
    const { host, branch } = makeBranch()
    branch.create()
    await calm()
    for (const reason of ['The backup is damaged.', undefined]) {
      Object.assign(host, { restoreDue: true, notRestored: reason })
      branch.look()
      await calm()
      expect([branch.status, branch.report.notRestored]).toEqual(['awake', reason])
    }
  })

  it('stays awake for work that takes longer than it would, and sleeps afterwards', async () => {
    const { branch, statuses } = makeBranch({ idleMs: 1000 })
    branch.create()
    const work = branch.traffic.during(() => new Promise((resolve) => setTimeout(resolve, 60_000)))
    await vi.advanceTimersByTimeAsync(50_000)
    expect(statuses).toEqual(['provisioning', 'awake'])
    await calm()
    await work
    expect(branch.status).toBe('asleep')
    await expect(branch.traffic.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('that is paused in the moment it is called for does not let its caller wait', async () => {
    const { branch, want } = makeBranch()
    branch.create()
    await calm()
    want('paused')
    await calm()
    want('available')
    const refused = expect(branch.wake()).rejects.toMatchObject({ code: 'branch_paused' })
    want('paused')
    await refused
  })

  it('does one thing at a time and ends as it is wanted, whatever happens in whatever order', async () => {
    const acts = ['wake', 'sleep', 'restart', 'crash', 'available', 'paused', 'touch', 'hold', 'release']
    const action = fc.oneof(
      fc.record({ do: fc.constantFrom(...acts) }),
      fc.record({
        do: fc.constant('pass'),
        ms: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(400, 900, 6000)),
      }),
      fc.record({ do: fc.constant('fail'), times: fc.integer({ min: 1, max: 6 }) }),
    )
    const run = async (actions: readonly { do: string; ms?: number; times?: number }[], removed: boolean) => {
      const { host, branch, statuses, want, orderRestart } = makeBranch({ idleMs: 500 })
      let waiting = 0
      const answered = () => {
        waiting -= 1
      }
      let desired: Desired = 'available'
      branch.create()
      for (const { do: what, ms, times } of actions) {
        if (what === 'wake') {
          waiting += 1
          branch.wake().then(answered, answered)
        }
        if (what === 'sleep') branch.sleep()
        if (what === 'touch') {
          branch.traffic.touch()
          if (branch.status === 'dozing') host.wrongs.push('dozing after a touch')
        }
        if (what === 'hold') branch.traffic.hold('work', 2000)
        if (what === 'release') branch.traffic.release('work')
        if (what === 'restart' && desired === 'available') orderRestart()
        if (what === 'crash' && ['awake', 'dozing'].includes(branch.status) && host.postgres && host.stack) {
          host.stack = false
          branch.crashed('The API process')
        }
        if (what === 'available' || what === 'paused') {
          desired = what
          want(what)
        }
        if (ms !== undefined) await vi.advanceTimersByTimeAsync(ms)
        if (times !== undefined) host.failures = times
      }
      if (removed) want('removed')
      host.failures = Math.min(host.failures, 1)
      await calm()
      expect(waiting).toBe(0)
      expect(host.wrongs).toEqual([])
      const ends = removed ? ['gone'] : desired === 'paused' ? ['paused', 'broken'] : ['asleep', 'broken']
      expect(ends).toContain(branch.status)
      expect([host.postgres, host.stack]).toEqual([false, false])
      expect(statuses.indexOf('gone')).toBe(removed ? statuses.length - 1 : -1)
    }
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 30, size: 'max' }), fc.boolean(), run), {
      numRuns: 500,
    })
  })
})
