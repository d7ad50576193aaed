// Deleted projects for the operator: which of them are still kept, and bringing one back. On the socket that only
// the installation's user can open. A project that comes back is a new one with the old one's database.

import { newPassword } from '@plinth/crypto'
import type { ServicePlugin } from '@plinth/http'
import type { Platform } from '../frame/call.ts'
import { errors } from './errors.ts'
import { addProject } from './new-project.ts'
import { findProject } from './queries.ts'

const listDeleted = async ({ db, supervisor }: Platform) => {
  const kept = await supervisor.listDeleted()
  const found = kept.map(async ({ ref, deletedAt }) => {
    const project = await findProject(db, ref)
    return {
      ref,
      name: project?.name ?? '',
      organization: project?.organization_id ?? '',
      deleted_at: deletedAt,
    }
  })
  return Promise.all(found)
}

const restoreDeleted = async (platform: Platform, ref: string) => {
  const { db, supervisor } = platform
  const isKept = (await supervisor.listDeleted()).some((one) => one.ref === ref)
  const project = isKept ? await findProject(db, ref) : undefined
  if (project === undefined) throw errors.notKept(ref)
  const ownerPassword = newPassword()
  const { organization_id: organizationId, name, region, size } = project
  const wish = { organizationId, name, region, size, ownerPassword, source: ref }
  const made = await db.transaction((session) => addProject(platform, session, wish))
  void platform.applySpec(made.ref)
  return { ref: made.ref, name, database_password: ownerPassword }
}

export const deletedDoor =
  (platform: Platform): ServicePlugin =>
  async (app) => {
    app.get('/deleted', { config: { name: 'admin.deleted.list' } }, () => listDeleted(platform))
    app.post<{ Params: { ref: string } }>(
      '/deleted/:ref/restore',
      { config: { name: 'admin.deleted.restore' } },
      async (request, reply) => reply.code(201).send(await restoreDeleted(platform, request.params.ref)),
    )
  }
