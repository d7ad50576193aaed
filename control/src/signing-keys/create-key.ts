// A new signing key, made here or brought along. One that is put into use at once retires the one before.

import { randomUUID } from 'node:crypto'
import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeSigningKeys } from './change-keys.ts'
import { errors } from './errors.ts'
import { Algorithm, SigningKeyReply, showKey } from './key-reply.ts'
import { makeJwk, PrivateJwk } from './make-key.ts'
import { insertKey, listKeys, retireInUse } from './queries.ts'

/** Makes room for a key that wants this status. */
export const makeRoom = async (db: Queries, ref: string, status: string): Promise<void> => {
  if (status === 'in_use') await retireInUse(db, ref)
  const isTaken = (await listKeys(db, ref)).some((key) => key.status === 'standby')
  if (status === 'standby' && isTaken) throw errors.standbyTaken()
}

export const createSigningKey = operation({
  name: 'signing-keys.create',
  about: 'Creates a signing key, or imports one.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/config/auth/signing-keys',
    status: 201,
    id: 'v1-create-project-signing-key',
    tag: 'Auth',
  },
  scope: onProject('auth_signing_keys_write'),
  input: z.object({
    ...byRef,
    algorithm: Algorithm,
    status: z.enum(['in_use', 'standby']).default('standby'),
    private_jwk: PrivateJwk.optional(),
  }),
  output: SigningKeyReply,
  run: (call, { ref, algorithm, status, private_jwk }) => {
    const jwk = makeJwk(algorithm, private_jwk)
    const id = private_jwk?.kid ?? randomUUID()
    return changeSigningKeys(call, ref, async ({ db }) => {
      await makeRoom(db, ref, status)
      const row = await insertKey(db, call.key, {
        ref,
        id,
        algorithm,
        status,
        isLegacy: false,
        jwk: { ...jwk, kid: id },
      })
      if (row === undefined) throw errors.keyExists()
      return showKey(call.key, row)
    })
  },
})
