// Settings of a project that do not stand in its spec: one sealed document for each kind.

import { seal, unseal } from '@plinth/crypto'
import { type Queries, sql } from '@plinth/postgres'
import type { z } from 'zod'

/** A kind of settings: its name in the table, and its shape with a default for everything. */
export type Kept<T> = { readonly kind: string; readonly schema: z.ZodType<T> }

type Store = { readonly db: Queries; readonly key: Buffer }

/** What was kept, or the defaults. */
export const readKept = async <T>({ db, key }: Store, ref: string, kept: Kept<T>): Promise<T> => {
  const row = await db.maybe<{ sealed: string }>(sql`
    select sealed from project_settings where ref = ${ref} and kind = ${kept.kind}`)
  return kept.schema.parse(row === undefined ? {} : JSON.parse(unseal(key, row.sealed).toString()))
}

export const writeKept = async <T>(
  { db, key }: Store,
  ref: string,
  kept: Kept<T>,
  value: T,
): Promise<void> => {
  const sealed = seal(key, JSON.stringify(value))
  await db.run(sql`
    insert into project_settings (ref, kind, sealed) values (${ref}, ${kept.kind}, ${sealed})
    on conflict (ref, kind) do update set sealed = excluded.sealed, updated_at = now()`)
}
