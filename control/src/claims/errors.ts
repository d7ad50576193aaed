// What can be wrong with the claim of a project.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('claims', {
  notFound: () => ({
    code: 'claim_not_found',
    kind: 'caller',
    status: 404,
    message: 'This claim is not known: it was used, withdrawn, replaced or has expired.',
  }),
  sameOrganization: () => ({
    code: 'same_organization',
    kind: 'caller',
    status: 400,
    message: 'The project belongs to this organization already.',
  }),
  ofBranch: () => ({
    code: 'project_is_branch',
    kind: 'caller',
    status: 422,
    message: 'A branch goes where its project goes: hand over the main project.',
  }),
  notMovable: (status: string) => ({
    code: 'project_not_movable',
    kind: 'caller',
    status: 409,
    message: `A project that is ${status} cannot change its organization. Wait until it is done.`,
  }),
})
