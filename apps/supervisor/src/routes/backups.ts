// /branches/{ref}/backups, /restore-points and /restore: what a branch can be taken back to, and taking it there.
// /system/backups: a backup of the control database. /offsite: what is new goes to the bucket now.

import { type BranchBackups as Listing, RestorePointWish, RestoreWish } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import { z } from 'zod'
import type { BranchBackups } from '../branch-backups.ts'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Offsite } from '../offsite.ts'
import type { SystemBackups } from '../system-backups.ts'
import { parseRef } from './parse-ref.ts'

const BackupId = z.object({ id: z.string().regex(/^[\w-]+$/) })

const parse = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw errors.badRequest(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  )
}

export const backups =
  (
    branches: Branches,
    databases: Host['databases'],
    system: SystemBackups,
    offsite?: Offsite,
  ): ServicePlugin =>
  async (app) => {
    const find = (params: unknown) => {
      const branch = branches.get(parseRef(params))
      const database: BranchBackups | undefined = databases.get(branch.ref)
      if (!database || branch.spec?.desired === 'removed') throw errors.notRestorable(branch.ref)
      return { branch, database }
    }

    app.get(
      '/branches/:ref/backups',
      async (request): Promise<Listing> => find(request.params).database.list(),
    )

    app.post('/branches/:ref/backups', async (request, reply) => {
      const { branch, database } = find(request.params)
      const { id, kind, label, startedAt, endedAt, bytes } = await branch.traffic.during(() =>
        database.backUp('asked for'),
      )
      return reply.code(201).send({ id, kind, label, startedAt, endedAt, bytes })
    })

    app.post('/system/backups', async (_request, reply) => {
      const { id, endedAt, bytes } = await system.backUp('asked for')
      return reply.code(201).send({ id, endedAt, bytes })
    })

    app.post('/offsite', async (_request, reply) => {
      await offsite?.update()
      return reply.code(offsite ? 200 : 404).send({ isOffsite: offsite !== undefined })
    })

    app.post('/branches/:ref/backups/:id/verify', async (request) => {
      const { branch, database } = find(request.params)
      const { id } = parse(BackupId, request.params)
      if (!branch.spec) throw errors.notRestorable(branch.ref)
      return database.verify(id, branch.spec)
    })

    app.get('/branches/:ref/restore-points', async (request) => {
      const points = await find(request.params).database.listPoints()
      return points.map(({ name, at }) => ({ name, at }))
    })

    app.post('/branches/:ref/restore-points', async (request, reply) => {
      const { branch, database } = find(request.params)
      const wish = parse(RestorePointWish, request.body)
      // A first backup of a large database takes longer than it would stay awake.
      const { name, at } = await branch.traffic.during(async () => {
        await branch.wake()
        return database.createPoint(wish.name)
      })
      return reply.code(201).send({ name, at })
    })

    app.post('/branches/:ref/restore', async (request, reply) => {
      const { branch, database } = find(request.params)
      await database.request(parse(RestoreWish, request.body).target)
      branch.look()
      return reply.code(202).send(branch.report)
    })
  }
