// What can be wrong with accounts and their tokens.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('accounts', {
  tokenNotFound: () => ({
    code: 'token_not_found',
    kind: 'caller',
    status: 404,
    message: 'Access token not found',
  }),
  accountNotFound: (email: string) => ({
    code: 'account_not_found',
    kind: 'caller',
    status: 404,
    message: `There is no account ${email}.`,
  }),
  accountExists: (email: string) => ({
    code: 'account_exists',
    kind: 'caller',
    status: 409,
    message: `There is an account ${email} already.`,
  }),
  ownerStays: () => ({
    code: 'platform_owner',
    kind: 'caller',
    status: 409,
    message: 'The owner of the installation cannot be removed.',
  }),
  lastOwner: (organization: string) => ({
    code: 'last_owner',
    kind: 'caller',
    status: 409,
    message: `${organization} would be left without an owner. Make somebody else its owner first.`,
  }),
  weakPassword: (least: number) => ({
    code: 'weak_password',
    kind: 'caller',
    status: 400,
    message: `A password needs at least ${least} characters and at most 72 bytes.`,
  }),
  noExpiry: () => ({
    code: 'expiry_required',
    kind: 'caller',
    status: 400,
    message: 'A token with chosen permissions must expire: give expires_at, at most one year ahead.',
  }),
  badExpiry: () => ({
    code: 'bad_expiry',
    kind: 'caller',
    status: 400,
    message: 'expires_at must be in the future, and at most one year ahead.',
  }),
  foreignPlace: (names: readonly string[]) => ({
    code: 'foreign_place',
    kind: 'caller',
    status: 400,
    message: `You have no part in ${names.join(', ')}.`,
  }),
})
