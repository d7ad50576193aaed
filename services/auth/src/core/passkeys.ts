// Passkeys as their owners and administrators see and change them.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import {
  deletePasskey,
  findPasskey,
  listPasskeys as listRows,
  type PasskeyRow,
  renamePasskey as storeName,
} from '../sql/passkeys.ts'
import { type Actor, recordDeed } from './audit.ts'
import { isUuid, type Me } from './load-caller.ts'
import { iso, withZ } from './time.ts'
import { hasVerifiedFactor, type UserRow } from './user-row.ts'
import type { Credential, Holder } from './webauthn.ts'

/** Who has a second factor shows it before keys come or go. */
export const checkPasskeyRight = ({ user, session }: Me): void => {
  if (hasVerifiedFactor(user) && session?.aal !== 'aal2') throw errors.aal2ForPasskeys()
}

export const holderOf = ({ id, email, phone, raw_user_meta_data: data }: UserRow): Holder => {
  const name = email || phone || ''
  const called = data['name']
  return { id, name, displayName: typeof called === 'string' && called !== '' ? called : name }
}

export const keptCredential = (row: PasskeyRow): Credential => ({
  id: row.credential_id,
  publicKey: Buffer.from(row.public_key, 'base64'),
  signCount: row.sign_count,
  transports: row.transports,
  backupEligible: row.backup_eligible,
  backedUp: row.backed_up,
})

/** Undefined keys vanish in JSON. */
const render = ({ id, friendly_name, created_at, last_used_at }: PasskeyRow): object => ({
  id,
  friendly_name: friendly_name || undefined,
  created_at: withZ(created_at),
  last_used_at: last_used_at === null ? undefined : withZ(last_used_at),
})

export const listPasskeys = async ({ pool }: Parts, userId: string): Promise<readonly object[]> =>
  (await listRows(pool, userId)).map(render)

type Named = { readonly id: string; readonly user: UserRow; readonly origin: Origin }

const getPasskey = async ({ pool }: Parts, { id, user }: Named): Promise<PasskeyRow> => {
  const passkey = isUuid(id) ? await findPasskey(pool, { id, userId: user.id }) : undefined
  if (passkey === undefined) throw errors.passkeyNotFound()
  return passkey
}

export const renamePasskey = async (parts: Parts, named: Named, name: string): Promise<object> => {
  if (name === '') throw errors.invalid('friendly_name is required')
  if (Buffer.byteLength(name) > 120) throw errors.invalid('friendly_name must be 120 characters or less')
  const passkey = await getPasskey(parts, named)
  const { user, origin } = named
  await parts.pool.transaction(async (db) => {
    await storeName(db, passkey.id, name, iso(parts.clock()))
    const traits = { passkey_id: passkey.id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'passkey_updated', origin, traits })
  })
  return render({ ...passkey, friendly_name: name })
}

/** By an administrator when there is an actor, else by its owner. */
export const removePasskey = async (
  parts: Parts,
  named: Named & { readonly actor?: Actor },
): Promise<void> => {
  const { user, origin, actor } = named
  const passkey = await getPasskey(parts, named)
  const traits = { ...(actor === undefined ? {} : { user_id: user.id }), passkey_id: passkey.id }
  await parts.pool.transaction(async (db) => {
    await deletePasskey(db, passkey.id)
    await recordDeed(db, parts.clock(), { actor: actor ?? user, action: 'passkey_deleted', origin, traits })
  })
}
