// The project's HS256 secret as a signing key, so that it can be rotated away from.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeSigningKeys } from './change-keys.ts'
import { errors } from './errors.ts'
import { SigningKeyReply, showKey } from './key-reply.ts'
import { findLegacy, insertKey, listKeys } from './queries.ts'

const path = '/v1/projects/:ref/config/auth/signing-keys/legacy'
const tag = 'Auth'

export const createLegacyKey = operation({
  name: 'signing-keys.legacy-create',
  about: 'Makes the legacy secret one of the signing keys.',
  rest: { method: 'POST', path, status: 201, id: 'v1-create-legacy-signing-key', tag },
  scope: onProject('auth_signing_keys_write'),
  input: z.object(byRef),
  output: SigningKeyReply,
  run: (call, { ref }) =>
    changeSigningKeys(call, ref, async ({ db, legacySecret }) => {
      if ((await findLegacy(db, ref)) !== undefined) throw errors.legacyExists()
      const isRotated = (await listKeys(db, ref)).some(({ status }) => status === 'in_use')
      const row = await insertKey(db, call.key, {
        ref,
        id: randomUUID(),
        algorithm: 'HS256',
        status: isRotated ? 'previously_used' : 'in_use',
        isLegacy: true,
        jwk: { kty: 'oct', k: Buffer.from(legacySecret).toString('base64url') },
      })
      if (row === undefined) throw errors.keyExists()
      return showKey(call.key, row)
    }),
})

export const getLegacyKey = operation({
  name: 'signing-keys.legacy-get',
  about: 'Gets the legacy secret as a signing key, without the secret.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-legacy-signing-key', tag },
  scope: onProject('auth_signing_keys_read'),
  input: z.object(byRef),
  output: SigningKeyReply,
  run: async ({ db, key }, { ref }) => {
    const row = await findLegacy(db, ref)
    if (row === undefined) throw errors.notFound()
    return showKey(key, row)
  },
})
