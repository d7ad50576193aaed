// The life of a project: random walks keep its promises.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ProjectEvent, type ProjectStatus, projectStatus } from '../../src/projects/project-status.ts'

const walk = (start: ProjectStatus, events: readonly ProjectEvent[]): readonly ProjectStatus[] =>
  events.reduce(
    (path, event) => {
      const last = path.at(-1) ?? start
      path.push(projectStatus.after(last, event) ?? last)
      return path
    },
    [start],
  )

const events = fc.array(fc.constantFrom(...projectStatus.events), { maxLength: 40 })

test('what is going down comes back no more, and what is removed stays removed', () => {
  fc.assert(
    fc.property(events, (steps) => {
      const path = walk('COMING_UP', steps)
      const down = path.indexOf('GOING_DOWN')
      const after = down < 0 ? [] : path.slice(down)
      expect(after.every((status) => status === 'GOING_DOWN' || status === 'REMOVED')).toBe(true)
    }),
  )
})

test('every state but the last can be left by deleting', () => {
  for (const status of projectStatus.states) {
    const next = projectStatus.after(status, 'remove')
    expect(next).toBe(['GOING_DOWN', 'REMOVED'].includes(status) ? undefined : 'GOING_DOWN')
  }
})

test('every passing state ends by a report', () => {
  const passing: readonly ProjectStatus[] = ['COMING_UP', 'PAUSING', 'RESTORING', 'RESTARTING', 'RESIZING']
  for (const status of passing) expect(projectStatus.after(status, 'failed')).toMatch(/FAILED|UNHEALTHY/)
})

test('only a human pauses: sleep is not INACTIVE', () => {
  fc.assert(
    fc.property(events, (steps) => {
      const path = walk('ACTIVE_HEALTHY', steps)
      const index = path.indexOf('INACTIVE')
      if (index > 0) expect(steps.slice(0, index)).toContain('pause')
    }),
  )
})
