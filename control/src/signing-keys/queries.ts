// Statements on the table `signing_keys`.

import type { SigningKey, SigningKeyStatus } from '@plinth/contracts'
import { seal, unseal } from '@plinth/crypto'
import { type Queries, raw, sql } from '@plinth/postgres'

export type KeyRow = {
  readonly id: string
  readonly algorithm: SigningKey['algorithm']
  readonly status: SigningKeyStatus
  readonly is_legacy: boolean
  readonly sealed: string
  readonly created_at: string
  readonly updated_at: string
}

const columns = raw('id, algorithm, status, is_legacy, sealed, created_at, updated_at')

export const listKeys = (db: Queries, ref: string): Promise<readonly KeyRow[]> =>
  db.query<KeyRow>(sql`select ${columns} from signing_keys where ref = ${ref} order by created_at, id`)

export const findKey = (db: Queries, ref: string, id: string): Promise<KeyRow | undefined> =>
  db.maybe<KeyRow>(sql`select ${columns} from signing_keys where ref = ${ref} and id = ${id}`)

export const findLegacy = (db: Queries, ref: string): Promise<KeyRow | undefined> =>
  db.maybe<KeyRow>(sql`select ${columns} from signing_keys where ref = ${ref} and is_legacy`)

export type NewKey = {
  readonly ref: string
  readonly id: string
  readonly algorithm: SigningKey['algorithm']
  readonly status: SigningKeyStatus
  readonly isLegacy: boolean
  readonly jwk: object
}

/** `undefined` when the id is taken. */
export const insertKey = (db: Queries, key: Buffer, wish: NewKey): Promise<KeyRow | undefined> =>
  db.maybe<KeyRow>(sql`
    insert into signing_keys (id, ref, algorithm, status, is_legacy, sealed)
    values (${wish.id}, ${wish.ref}, ${wish.algorithm}, ${wish.status}, ${wish.isLegacy},
            ${seal(key, JSON.stringify(wish.jwk))})
    on conflict (id) do nothing
    returning ${columns}`)

export const setKeyStatus = (db: Queries, id: string, status: SigningKeyStatus): Promise<KeyRow> =>
  db.one<KeyRow>(sql`
    update signing_keys set status = ${status}, updated_at = now() where id = ${id} returning ${columns}`)

/** Whichever key is in use makes room for the next. */
export const retireInUse = async (db: Queries, ref: string): Promise<void> => {
  await db.run(sql`
    update signing_keys set status = 'previously_used', updated_at = now()
     where ref = ${ref} and status = 'in_use'`)
}

export const removeKey = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from signing_keys where id = ${id}`)
}

export const openKey = (key: Buffer, row: KeyRow): SigningKey => ({
  id: row.id,
  algorithm: row.algorithm,
  status: row.status,
  jwk: JSON.parse(unseal(key, row.sealed).toString()),
})
