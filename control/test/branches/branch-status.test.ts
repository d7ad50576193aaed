import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { branchStatus, runStatus, stepStatus } from '../../src/branches/branch-status.ts'

const walk = <S extends string, E extends string>(
  machine: { readonly after: (state: S, event: E) => S | undefined; readonly events: readonly E[] },
  from: S,
  look: (before: S, event: E, after: S) => void,
) =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...machine.events)), (events) => {
      let state = from
      for (const event of events) {
        const next = machine.after(state, event)
        if (next === undefined) continue
        look(state, event, next)
        state = next
      }
    }),
  )

describe('tables of branches', () => {
  test('from every status of a branch a new run can begin, and every run that began can fail', () => {
    for (const status of branchStatus.states) {
      const isGoing = status === 'RUNNING_MIGRATIONS'
      expect([status, branchStatus.after(status, 'migrating') !== undefined]).toEqual([status, !isGoing])
      expect([status, branchStatus.after(status, 'failed') !== undefined]).toEqual([status, true])
    }
  })

  test('a branch has its functions only after its migrations', () => {
    walk(branchStatus, 'CREATING_PROJECT', (before, event) => {
      if (event === 'deployed') expect(before).toBe('MIGRATIONS_PASSED')
    })
  })

  test('a run that ended stays ended; an interrupted one waits and can end', () => {
    walk(runStatus, 'waiting', (before) => expect(['done', 'failed']).not.toContain(before))
    expect(runStatus.after('running', 'interrupt')).toBe('waiting')
  })

  test('a step ends once, and never without having begun unless it fails', () => {
    walk(stepStatus, 'CREATED', (before, event, after) => {
      expect(['EXITED', 'DEAD']).not.toContain(before)
      if (after === 'EXITED') expect([before, event]).toEqual(['RUNNING', 'finish'])
    })
  })
})
