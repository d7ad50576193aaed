// Statements on the table `function_secrets`.

import { seal, sha256Hex, unseal } from '@plinth/crypto'
import { type Queries, sql } from '@plinth/postgres'

export type SecretRow = { readonly name: string; readonly digest: string; readonly updated_at: string }
export type Secret = { readonly name: string; readonly value: string }

export const listSecrets = (db: Queries, ref: string): Promise<readonly SecretRow[]> =>
  db.query<SecretRow>(sql`
    select name, digest, updated_at from function_secrets where ref = ${ref} order by name`)

/** By name, as a stack hands them to functions. */
export const openSecrets = async (db: Queries, key: Buffer, ref: string): Promise<Record<string, string>> => {
  const rows = await db.query<{ name: string; sealed: string }>(sql`
    select name, sealed from function_secrets where ref = ${ref} order by name`)
  return Object.fromEntries(rows.map(({ name, sealed }) => [name, unseal(key, sealed).toString()]))
}

export const putSecret = async (
  db: Queries,
  key: Buffer,
  ref: string,
  { name, value }: Secret,
): Promise<void> => {
  await db.run(sql`
    insert into function_secrets (ref, name, sealed, digest)
    values (${ref}, ${name}, ${seal(key, value)}, ${sha256Hex(value)})
    on conflict (ref, name)
    do update set sealed = excluded.sealed, digest = excluded.digest, updated_at = now()`)
}

export const removeSecrets = async (db: Queries, ref: string, names: readonly string[]): Promise<void> => {
  await db.run(sql`delete from function_secrets where ref = ${ref} and name = any(${names}::text[])`)
}
