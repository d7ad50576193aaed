// Withdraws the claim of a project, whichever way it was made.

import { z } from 'zod'
import { errors as frameErrors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { deleteClaim } from './queries.ts'

export const deleteClaimToken = operation({
  name: 'claims.delete-token',
  about: 'Withdraws the claim token of a project.',
  rest: {
    method: 'DELETE',
    path: '/v1/projects/:ref/claim-token',
    status: 204,
    id: 'v1-delete-project-claim-token',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: nothing,
  run: async ({ db, may }, { ref }) => {
    if (!may('organization_admin_write')) throw frameErrors.forbidden(['organization_admin_write'])
    if (!(await deleteClaim(db, ref))) throw errors.notFound()
  },
})
