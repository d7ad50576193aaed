// A project goes from one organization to another of the same person, without a claim token in between.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject, roleMay } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { findMember } from '../organizations/queries.ts'
import { getProject } from '../projects/queries.ts'
import { findObstacle, transferProject } from './transfer.ts'

const path = '/v2/projects/:ref/transfers'
const tag = 'Projects'
const input = z.object({
  ...byRef,
  data: z.object({
    type: z.literal('project_transfer_input'),
    attributes: z.object({ target_organization_slug: z.string() }),
  }),
})

const Notes = z.array(z.object({ key: z.string(), message: z.string() }))

/** Who hands a project over must administer both sides; an organization of others is not found. */
const authoriseTarget = async (db: Queries, { actor }: Call, slug: string): Promise<void> => {
  const member = await findMember(db, slug, actor.accountId)
  const limits = actor.scope
  const isOutside =
    limits?.projects !== undefined ||
    (limits?.organizations !== undefined && !limits.organizations.includes(slug))
  if (member === undefined || isOutside) throw frameErrors.organizationNotFound()
  if (!roleMay(member.role, 'organization_admin_write'))
    throw frameErrors.forbidden(['organization_admin_write'])
}

export const previewTransfer = operation({
  name: 'transfers.preview',
  about: 'Shows what it would mean to move a project to another organization.',
  rest: { method: 'POST', path: `${path}/previews`, status: 200, id: 'v2PreviewAProjectTransfer', tag },
  scope: onProject('organization_admin_write'),
  input,
  output: z.object({
    data: z.object({
      type: z.literal('project_transfer_result'),
      attributes: z.object({ valid: z.boolean(), warnings: Notes, errors: Notes, info: Notes }),
    }),
  }),
  run: async (call, { ref, data }) => {
    const to = data.attributes.target_organization_slug
    await authoriseTarget(call.db, call, to)
    const project = await getProject(call.db, ref)
    const obstacle = findObstacle({ organization_id: project.organization_id }, project, to)
    const access = 'Members of that organization get access; those of this one lose it.'
    const attributes = {
      valid: obstacle === undefined,
      warnings: [],
      errors: obstacle === undefined ? [] : [{ key: obstacle.code, message: obstacle.message }],
      info: [{ key: 'access', message: access }],
    }
    return { data: { type: 'project_transfer_result' as const, attributes } }
  },
})

export const transfer = operation({
  name: 'transfers.run',
  about: 'Moves a project to another organization. Ref, keys, data and secrets stay.',
  rest: { method: 'POST', path, status: 200, id: 'v2TransferAProject', tag },
  scope: onProject('organization_admin_write'),
  input,
  output: nothing,
  run: (call, { ref, data }) =>
    call.db.transaction(async (session) => {
      const to = data.attributes.target_organization_slug
      await authoriseTarget(session, call, to)
      const { organization_id } = await getProject(session, ref)
      const { accountId } = call.actor
      const { requestId } = call
      await transferProject(session, { claim: { ref, organization_id }, to, accountId, requestId })
    }),
})
