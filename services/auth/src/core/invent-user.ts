// What somebody sees who signs up with a taken address, where addresses are confirmed first: a new user, in every
// key and value like any other, that does not exist.

import { randomUUID } from 'node:crypto'
import type { Provider } from './new-user.ts'
import type { UserRow } from './user-row.ts'

type Wish = {
  readonly aud: string
  readonly data: Readonly<Record<string, unknown>>
  readonly provider: Provider
  readonly at: string
}

export const inventUser = (taken: UserRow, { aud, data, provider, at }: Wish): UserRow => ({
  ...taken,
  id: randomUUID(),
  aud,
  role: '',
  email: provider === 'email' ? taken.email : null,
  phone: provider === 'phone' ? taken.phone : null,
  raw_app_meta_data: { provider, providers: [provider] },
  raw_user_meta_data: data,
  identities: [],
  factors: [],
  created_at: at,
  updated_at: at,
  confirmation_sent_at: at,
  email_confirmed_at: null,
  phone_confirmed_at: null,
  confirmed_at: null,
  last_sign_in_at: null,
  invited_at: null,
  recovery_sent_at: null,
  reauthentication_sent_at: null,
  email_change: '',
  email_change_sent_at: null,
  phone_change: '',
  phone_change_sent_at: null,
  banned_until: null,
  deleted_at: null,
  is_anonymous: false,
})
