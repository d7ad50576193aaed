// Passkeys of users. Indexes: webauthn_credentials_user_id_idx, webauthn_credentials_credential_id_key.

import { sql } from '@plinth/postgres'
import type { NewCredential } from '../core/webauthn.ts'
import type { Db } from '../deps.ts'

export type PasskeyRow = {
  readonly id: string
  readonly user_id: string
  /** base64url, as browsers name them. */
  readonly credential_id: string
  readonly public_key: string
  readonly sign_count: number
  readonly transports: readonly string[]
  readonly backup_eligible: boolean
  readonly backed_up: boolean
  readonly friendly_name: string
  readonly created_at: string
  readonly last_used_at: string | null
}

const columns = sql`
  id, user_id, translate(rtrim(encode(credential_id, 'base64'), '='), E'+/\\n', '-_') as credential_id,
  encode(public_key, 'base64') as public_key, sign_count::float8 as sign_count, transports, backup_eligible,
  backed_up, friendly_name, created_at, last_used_at`

export const listPasskeys = (db: Db, userId: string): Promise<readonly PasskeyRow[]> =>
  db.query<PasskeyRow>(sql`
    select ${columns} from auth.webauthn_credentials where user_id = ${userId} order by created_at, id`)

export const findPasskey = (
  db: Db,
  { id, userId }: { readonly id: string; readonly userId: string },
): Promise<PasskeyRow | undefined> =>
  db.maybe<PasskeyRow>(sql`
    select ${columns} from auth.webauthn_credentials where id = ${id} and user_id = ${userId}`)

/** Held for the rest of the transaction: two answers of one key come one after the other. */
export const holdPasskeyOfCredential = (db: Db, credentialId: string): Promise<PasskeyRow | undefined> =>
  db.maybe<PasskeyRow>(sql`
    select ${columns} from auth.webauthn_credentials
    where credential_id = ${Buffer.from(credentialId, 'base64url')}
    for update`)

type NewPasskey = {
  readonly id: string
  readonly userId: string
  readonly credential: NewCredential
  readonly name: string
  readonly at: string
}

/** When it was added; `undefined` when the key is registered already, here or with somebody else. */
export const insertPasskey = async (
  db: Db,
  { id, userId, credential, name, at }: NewPasskey,
): Promise<string | undefined> => {
  const added = await db.maybe<{ created_at: string }>(sql`
    insert into auth.webauthn_credentials
      (id, user_id, credential_id, public_key, attestation_type, aaguid, sign_count, transports, backup_eligible,
       backed_up, friendly_name, created_at, updated_at)
    values (${id}, ${userId}, ${Buffer.from(credential.id, 'base64url')}, ${credential.publicKey},
      ${credential.attestationType}, ${credential.aaguid}, ${credential.signCount},
      ${{ json: credential.transports }}, ${credential.backupEligible}, ${credential.backedUp}, ${name}, ${at}, ${at})
    on conflict (credential_id) do nothing
    returning created_at`)
  return added?.created_at
}

export const touchPasskey = async (
  db: Db,
  { id, signCount, backedUp, at }: { id: string; signCount: number; backedUp: boolean; at: string },
): Promise<void> => {
  await db.run(sql`
    update auth.webauthn_credentials
    set sign_count = ${signCount}, backed_up = ${backedUp}, last_used_at = ${at}, updated_at = ${at}
    where id = ${id}`)
}

export const renamePasskey = async (db: Db, id: string, name: string, at: string): Promise<void> => {
  await db.run(sql`
    update auth.webauthn_credentials set friendly_name = ${name}, updated_at = ${at} where id = ${id}`)
}

export const deletePasskey = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`delete from auth.webauthn_credentials where id = ${id}`)
}
