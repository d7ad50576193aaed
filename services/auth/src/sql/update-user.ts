// Changes columns of one user; `updated_at` follows.

import { ident, join, sql, type Value } from '@plinth/postgres'
import type { UserColumns } from '../core/user-row.ts'
import type { Db } from '../deps.ts'

export type UserChanges = { readonly [K in keyof UserColumns]?: UserColumns[K] | undefined }

const toValue = (value: UserColumns[keyof UserColumns]): Value =>
  typeof value === 'object' && value !== null ? { json: value } : value

export const updateUser = async (db: Db, id: string, changes: UserChanges, at: string): Promise<void> => {
  const columns = Object.entries(changes).filter((entry) => entry[1] !== undefined)
  const assignments = columns.map(([name, value]) => sql`${ident(name)} = ${toValue(value ?? null)}`)
  await db.run(sql`
    update auth.users set ${join([...assignments, sql`updated_at = ${at}`])} where id = ${id}`)
}
