// Adds a user. Triggers of the project's owner run here, in the same transaction.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export type NewUserRow = {
  readonly id: string
  readonly aud: string
  readonly role: string
  readonly email: string
  readonly phone: string
  readonly encryptedPassword: string
  readonly appMetadata: object
  readonly userMetadata: object
  readonly isAnonymous: boolean
  /** Shares its address with other accounts where it must. */
  readonly isSsoUser: boolean
  readonly at: string
}

export const insertUser = async (db: Db, user: NewUserRow): Promise<void> => {
  await db.run(sql`
    insert into auth.users (
      instance_id, id, aud, role, email, phone, encrypted_password, raw_app_meta_data, raw_user_meta_data,
      is_anonymous, is_sso_user, created_at, updated_at, confirmation_token, recovery_token, email_change,
      email_change_token_new
    ) values (
      '00000000-0000-0000-0000-000000000000', ${user.id}, ${user.aud}, ${user.role}, nullif(${user.email}, ''),
      nullif(${user.phone}, ''), ${user.encryptedPassword}, ${{ json: user.appMetadata }},
      ${{ json: user.userMetadata }}, ${user.isAnonymous}, ${user.isSsoUser}, ${user.at}, ${user.at}, '', '', '', ''
    )`)
}
