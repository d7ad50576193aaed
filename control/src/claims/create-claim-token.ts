// A token with which somebody else can take a project into their own organization.

import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { errors as frameErrors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'
import { ClaimToken, showClaim } from './claim-reply.ts'
import { errors } from './errors.ts'
import { putClaim } from './queries.ts'

export const createClaimToken = operation({
  name: 'claims.create-token',
  about:
    'Creates a token that lets somebody take the project into their organization; replaces an earlier one.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/claim-token',
    status: 200,
    id: 'v1-create-project-claim-token',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: ClaimToken.extend({ token: z.string().describe('Shown here and never again.') }),
  run: async ({ db, actor, may }, { ref }) => {
    if (!may('organization_admin_write')) throw frameErrors.forbidden(['organization_admin_write'])
    const project = await getProject(db, ref)
    if (project.parent_ref !== null) throw errors.ofBranch()
    const token = `claim_${randomBytes(20).toString('hex')}`
    const row = await putClaim(db, {
      ref,
      kind: 'token',
      organizationId: project.organization_id,
      createdBy: actor.accountId,
      secret: token,
    })
    return { ...showClaim(row), token }
  },
})
