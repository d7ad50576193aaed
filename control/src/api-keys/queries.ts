// Statements on the table `api_keys`.

import { type Queries, raw, sql } from '@plinth/postgres'
import type { KeyRow, NewKey } from './rows.ts'

const columns = raw(`id, ref, type, name, description, prefix, hash, sealed, secret_jwt_template,
  inserted_at, updated_at`)

const template = (value: NewKey['secret_jwt_template']) => (value === null ? null : { json: value })

/** `undefined` when the project has a key of this type and name. */
export const insertKey = (db: Queries, key: NewKey): Promise<KeyRow | undefined> =>
  db.maybe<KeyRow>(sql`
    insert into api_keys (id, ref, type, name, description, prefix, hash, sealed, secret_jwt_template)
    values (${key.id}, ${key.ref}, ${key.type}, ${key.name}, ${key.description}, ${key.prefix},
            ${key.hash}, ${key.sealed}, ${template(key.secret_jwt_template)})
    on conflict (ref, type, name) do nothing
    returning ${columns}`)

/** Legacy keys first, then the others by age. */
export const listKeys = (db: Queries, ref: string): Promise<readonly KeyRow[]> =>
  db.query<KeyRow>(sql`
    select ${columns} from api_keys where ref = ${ref}
     order by type <> 'legacy', inserted_at, type, name`)

export const findKey = (db: Queries, ref: string, id: string): Promise<KeyRow | undefined> =>
  db.maybe<KeyRow>(sql`
    select ${columns} from api_keys where ref = ${ref} and id = ${id} and type <> 'legacy'`)

export type KeyEdit = Pick<NewKey, 'name' | 'description' | 'secret_jwt_template'>

/** `undefined` when another key of this type has the name. */
export const updateKey = (db: Queries, id: string, edit: KeyEdit): Promise<KeyRow | undefined> =>
  db.maybe<KeyRow>(sql`
    update api_keys k
       set name = ${edit.name}, description = ${edit.description},
           secret_jwt_template = ${template(edit.secret_jwt_template)}, updated_at = now()
     where id = ${id} and not exists (
       select 1 from api_keys o
        where o.ref = k.ref and o.type = k.type and o.name = ${edit.name} and o.id <> k.id)
    returning ${columns}`)

export const removeKey = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from api_keys where id = ${id}`)
}
