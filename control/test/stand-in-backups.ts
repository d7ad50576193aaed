// The stand-in supervisor's backups: one backup for every branch, restore points as they are made, and restores that
// are told on.

import type { BranchBackups, BranchRestorePoint, RestoreWish } from '@plinth/contracts'
import type { makeServer } from '@plinth/http'

type OnBranch = { Params: { ref: string } }

export const backedUpAt = '2026-01-02T03:04:05.678Z'

const listing: BranchBackups = {
  backups: [
    {
      id: 'first',
      kind: 'running',
      label: 'daily',
      startedAt: backedUpAt,
      endedAt: backedUpAt,
      bytes: 1,
      verified: { at: backedUpAt, isGood: true },
    },
  ],
  window: { earliest: backedUpAt, latest: '2026-01-03T00:00:00.000Z' },
  restore: {
    target: { backup: 'first' },
    status: 'rolled_back',
    startedAt: backedUpAt,
    endedAt: backedUpAt,
    progress: { bytes: 1, total: 2 },
    reason: 'The backup is damaged.',
  },
}

const knows = (target: RestoreWish['target'], points: readonly BranchRestorePoint[]): boolean => {
  if ('restorePoint' in target) return points.some(({ name }) => name === target.restorePoint)
  return 'backup' in target || Date.parse(target.time) >= Date.parse(backedUpAt)
}

export const standInBackups = (
  app: ReturnType<typeof makeServer>,
  onRestore: (ref: string) => void,
): void => {
  const points = new Map<string, BranchRestorePoint[]>()
  const pointsOf = (ref: string): BranchRestorePoint[] => points.get(ref) ?? []

  app.get('/branches/:ref/backups', async () => listing)
  app.get<OnBranch>('/branches/:ref/restore-points', async ({ params }) => pointsOf(params.ref))
  app.post<OnBranch & { Body: { name: string } }>('/branches/:ref/restore-points', async (request, reply) => {
    const { ref } = request.params
    const { name } = request.body
    if (pointsOf(ref).some((point) => point.name === name)) {
      return reply.code(409).send({ message: `There is a restore point "${name}" already.` })
    }
    const point = { name, at: new Date().toISOString() }
    points.set(ref, [...pointsOf(ref), point])
    return reply.code(201).send(point)
  })
  app.post<OnBranch & { Body: RestoreWish }>('/branches/:ref/restore', async (request, reply) => {
    const { ref } = request.params
    if (!knows(request.body.target, pointsOf(ref))) {
      return reply.code(404).send({ message: 'There is no such point.' })
    }
    onRestore(ref)
    return reply.code(202).send({})
  })
}
