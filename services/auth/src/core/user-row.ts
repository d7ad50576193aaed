// A user as the database gives it, with identities and factors beside.

type Json = Readonly<Record<string, unknown>>

export type IdentityRow = {
  readonly id: string
  readonly provider_id: string
  readonly user_id: string
  readonly identity_data: Json
  readonly provider: string
  readonly last_sign_in_at: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly email: string | null
}

export type FactorRow = {
  readonly id: string
  readonly created_at: string
  readonly updated_at: string
  readonly status: 'unverified' | 'verified'
  readonly friendly_name: string | null
  readonly factor_type: 'totp' | 'phone' | 'webauthn'
  readonly phone: string | null
  readonly last_challenged_at: string | null
  readonly web_authn_aaguid: string | null
  /** The last answer of a security key, for whoever checks it again. */
  readonly last_webauthn_challenge_data: Json | null
}

/** Columns of `auth.users` that this service reads and writes. */
export type UserColumns = {
  readonly aud: string
  readonly role: string
  readonly email: string | null
  readonly phone: string | null
  readonly encrypted_password: string | null
  readonly email_confirmed_at: string | null
  readonly phone_confirmed_at: string | null
  readonly invited_at: string | null
  readonly confirmation_token: string
  readonly confirmation_sent_at: string | null
  readonly recovery_token: string
  readonly recovery_sent_at: string | null
  readonly email_change: string
  readonly email_change_token_new: string
  readonly email_change_token_current: string
  readonly email_change_sent_at: string | null
  readonly email_change_confirm_status: number
  readonly phone_change: string
  readonly phone_change_token: string
  readonly phone_change_sent_at: string | null
  readonly reauthentication_token: string
  readonly reauthentication_sent_at: string | null
  readonly last_sign_in_at: string | null
  readonly raw_app_meta_data: Json
  readonly raw_user_meta_data: Json
  readonly banned_until: string | null
  readonly deleted_at: string | null
  readonly is_sso_user: boolean
  readonly is_anonymous: boolean
}

export type UserRow = UserColumns & {
  readonly id: string
  readonly confirmed_at: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly identities: readonly IdentityRow[]
  readonly factors: readonly FactorRow[]
}

export const isBanned = ({ banned_until: until }: UserRow, now: number): boolean =>
  until !== null && Date.parse(until) > now

export const hasPassword = ({ encrypted_password: hash }: UserRow): boolean => hash !== null && hash !== ''

/** Whether a second factor stands ready, so that some changes need it. */
export const hasVerifiedFactor = ({ factors }: UserRow): boolean =>
  factors.some((factor) => factor.status === 'verified')
