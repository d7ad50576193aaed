// What can be wrong with members of an organization.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('members', {
  notFound: () => ({ code: 'not_found', kind: 'caller', status: 404, message: 'Member not found' }),
  exists: (email: string) => ({
    code: 'member_exists',
    kind: 'caller',
    status: 409,
    message: `${email} is a member of this organization already.`,
  }),
  noAccount: (email: string) => ({
    code: 'account_not_found',
    kind: 'caller',
    status: 404,
    message: `There is no account ${email}. Make it on the machine first: plinth user add ${email}`,
  }),
  ownersOnly: () => ({
    code: 'forbidden',
    kind: 'caller',
    status: 403,
    message: 'Only an owner of the organization may make, change or remove owners.',
  }),
  lastOwner: () => ({
    code: 'last_owner',
    kind: 'caller',
    status: 409,
    message: 'An organization keeps at least one owner. Make somebody else an owner first.',
  }),
  roleUnavailable: (role: string) => ({
    code: 'role_unavailable',
    kind: 'caller',
    status: 400,
    message: `The role ${role} cannot be given here: roles hold for the whole organization. Remove the member, or limit their tokens to projects.`,
  }),
})
