// What can be wrong with a wish about signing keys.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })

export const errors = defineErrors('signing_keys', {
  notFound: () => ({
    code: 'signing_key_not_found',
    kind: 'caller',
    status: 404,
    message: 'Signing key not found',
  }),
  standbyTaken: () => bad('standby_taken', 'There is a standby key already: use, revoke or delete it first'),
  cannotMove: (from: string, to: string) =>
    bad('cannot_move', `status: a key that is ${from} cannot become ${to}`),
  onlyByRotation: () =>
    bad('only_by_rotation', 'status: a key leaves use when another one is put into use; rotate to one'),
  cannotDelete: (status: string) =>
    bad('cannot_delete', `A key that is ${status} cannot be deleted; revoke it first`),
  badKey: (why: string) => bad('bad_key', `private_jwk: ${why}`),
  keyExists: () => bad('key_exists', 'private_jwk: there is a key with this kid already'),
  legacyExists: () => bad('legacy_exists', 'The legacy secret is a signing key already'),
  legacyStays: () =>
    bad(
      'legacy_stays',
      'The legacy secret cannot be revoked or deleted yet: the anon and service_role keys are signed with it',
    ),
})
