// The claim token of a project, without the token itself.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { ClaimToken, showClaim } from './claim-reply.ts'
import { errors } from './errors.ts'
import { findClaimToken } from './queries.ts'

export const getClaimToken = operation({
  name: 'claims.get-token',
  about: 'Gets the claim token of a project, without the token itself.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/claim-token',
    status: 200,
    id: 'v1-get-project-claim-token',
    tag: 'Projects',
  },
  scope: onProject('project_admin_read'),
  input: z.object(byRef),
  output: ClaimToken,
  run: async ({ db }, { ref }) => {
    const row = await findClaimToken(db, ref)
    if (row === undefined) throw errors.notFound()
    return showClaim(row)
  },
})
