// A page of users with the number of all. Index: users_instance_id_idx; the filter reads every user.

import { type Statement, sql } from '@plinth/postgres'
import type { UserRow } from '../core/user-row.ts'
import type { Db } from '../deps.ts'
import { userColumns } from './user-columns.ts'

export type UserPage = {
  readonly aud: string
  readonly filter: string
  readonly isAscending: boolean
  readonly limit: number
  readonly offset: number
}

const matching = ({ aud, filter }: UserPage): Statement => {
  const everybody = sql`u.instance_id = '00000000-0000-0000-0000-000000000000' and u.aud = ${aud}`
  if (filter === '') return everybody
  const like = `%${filter}%`
  return sql`${everybody} and (u.email like ${like} or u.raw_user_meta_data ->> 'full_name' ilike ${like})`
}

export const listUsers = async (
  db: Db,
  page: UserPage,
): Promise<{ users: readonly UserRow[]; total: number }> => {
  const order = page.isAscending ? sql`u.created_at, u.id` : sql`u.created_at desc, u.id desc`
  const users = await db.query<UserRow>(sql`
    select ${userColumns} from auth.users u where ${matching(page)}
    order by ${order} limit ${page.limit} offset ${page.offset}`)
  const { total } = await db.one<{ total: number }>(sql`
    select count(*) as total from auth.users u where ${matching(page)}`)
  return { users, total }
}
