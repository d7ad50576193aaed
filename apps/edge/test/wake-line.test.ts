// How long a request waits for a wake: as long as others are before it, and then as long as a start may take.

import type { BranchAddress, StillWaking } from '@plinth/contracts'
import { describe, expect, it } from 'vitest'
import { makeWake, type WakeOptions } from '../src/wake.ts'

const ref = 'a'.repeat(20)
const address: BranchAddress = { ref: ref as BranchAddress['ref'], httpSocket: '/h', postgresSocketDir: '/p' }
const still = (inLine: boolean): { status: number; body: StillWaking } => ({ status: 202, body: { inLine } })

/** Answers in turn, the last again and again. */
const supervisorOf = (...answers: readonly { status: number; body: unknown }[]) => {
  const asked: string[] = []
  const request: WakeOptions['supervisor']['request'] = async (_method, path) => {
    asked.push(path)
    await new Promise(setImmediate)
    return answers[Math.min(asked.length, answers.length) - 1] ?? { status: 500, body: undefined }
  }
  return { supervisor: { request }, asked }
}

describe('a wake', () => {
  it('waits while others go first, beyond the time that a start may take', async () => {
    const line = Array.from({ length: 50 }, () => still(true))
    const { supervisor, asked } = supervisorOf(...line, { status: 200, body: address })
    expect(await makeWake({ supervisor, seconds: 0 })(ref)).toEqual(address)
    expect(asked).toHaveLength(51)
  })

  it('that has had its turn for too long is given up', async () => {
    const { supervisor } = supervisorOf(still(true), still(false))
    await expect(makeWake({ supervisor, seconds: 0.01 })(ref)).rejects.toMatchObject({ code: 'wake_timeout' })
  })

  it('of a pooler wakes the database first', async () => {
    const { supervisor, asked } = supervisorOf(still(true), { status: 200, body: address })
    expect(await makeWake({ supervisor, what: 'pooler' })(ref)).toEqual(address)
    expect(asked).toEqual([`/branches/${ref}/wake`, `/branches/${ref}/wake`, `/branches/${ref}/pooler`])
  })
})
