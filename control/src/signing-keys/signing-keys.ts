// Signing keys as a list and one by one; rotation, revocation, deletion.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeSigningKeys } from './change-keys.ts'
import { makeRoom } from './create-key.ts'
import { errors } from './errors.ts'
import { SigningKeyReply, Status, showKey } from './key-reply.ts'
import { keyStatus } from './key-status.ts'
import { findKey, type KeyRow, listKeys, removeKey, setKeyStatus } from './queries.ts'

const path = '/v1/projects/:ref/config/auth/signing-keys'
const tag = 'Auth'
const byId = { ...byRef, id: z.uuid() }

const getRow = async (db: Queries, ref: string, id: string): Promise<KeyRow> => {
  const row = await findKey(db, ref, id)
  if (row === undefined) throw errors.notFound()
  return row
}

export const listSigningKeys = operation({
  name: 'signing-keys.list',
  about: 'Lists the signing keys of a project.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-project-signing-keys', tag },
  scope: onProject('auth_signing_keys_read'),
  input: z.object(byRef),
  output: z.object({ keys: z.array(SigningKeyReply) }),
  run: async ({ db, key }, { ref }) => ({
    keys: (await listKeys(db, ref)).map((row) => showKey(key, row)),
  }),
})

export const getSigningKey = operation({
  name: 'signing-keys.get',
  about: 'Gets one signing key.',
  rest: { method: 'GET', path: `${path}/:id`, status: 200, id: 'v1-get-project-signing-key', tag },
  scope: onProject('auth_signing_keys_read'),
  input: z.object(byId),
  output: SigningKeyReply,
  run: async ({ db, key }, { ref, id }) => showKey(key, await getRow(db, ref, id)),
})

export const updateSigningKey = operation({
  name: 'signing-keys.update',
  about: 'Moves a signing key: into use, to standby, out of trust.',
  rest: { method: 'PATCH', path: `${path}/:id`, status: 200, id: 'v1-update-project-signing-key', tag },
  scope: onProject('auth_signing_keys_write'),
  input: z.object({ ...byId, status: Status }),
  output: SigningKeyReply,
  run: (call, { ref, id, status }) =>
    changeSigningKeys(call, ref, async ({ db }) => {
      const row = await getRow(db, ref, id)
      if (row.status === 'in_use' && status !== 'in_use') throw errors.onlyByRotation()
      if (row.is_legacy && status === 'revoked') throw errors.legacyStays()
      const next = keyStatus.after(row.status, status)
      if (next === undefined) throw errors.cannotMove(row.status, status)
      await makeRoom(db, ref, next)
      return showKey(call.key, await setKeyStatus(db, id, next))
    }),
})

const deletable = new Set(['standby', 'revoked'])

export const removeSigningKey = operation({
  name: 'signing-keys.delete',
  about: 'Deletes a signing key that is on standby or revoked.',
  rest: { method: 'DELETE', path: `${path}/:id`, status: 200, id: 'v1-remove-project-signing-key', tag },
  scope: onProject('auth_signing_keys_write'),
  input: z.object(byId),
  output: SigningKeyReply,
  run: (call, { ref, id }) =>
    changeSigningKeys(call, ref, async ({ db }) => {
      const row = await getRow(db, ref, id)
      if (row.is_legacy) throw errors.legacyStays()
      if (!deletable.has(row.status)) throw errors.cannotDelete(row.status)
      await removeKey(db, id)
      return showKey(call.key, row)
    }),
})
