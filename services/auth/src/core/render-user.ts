// A user as the API shows it: some keys always, the others only when there is something to say.

import { withZ } from './time.ts'
import type { FactorRow, IdentityRow, UserRow } from './user-row.ts'

const instant = (value: string | null): string | undefined => (value === null ? undefined : withZ(value))
const text = (value: string | null): string | undefined => value || undefined

/** Undefined keys vanish in JSON. */
export const renderIdentity = (identity: IdentityRow): object => ({
  identity_id: identity.id,
  id: identity.provider_id,
  user_id: identity.user_id,
  identity_data: identity.identity_data,
  provider: identity.provider,
  last_sign_in_at: instant(identity.last_sign_in_at),
  created_at: instant(identity.created_at),
  updated_at: instant(identity.updated_at),
  email: text(identity.email),
})

export const renderFactor = (factor: FactorRow): object => ({
  id: factor.id,
  created_at: instant(factor.created_at),
  updated_at: instant(factor.updated_at),
  status: factor.status,
  friendly_name: text(factor.friendly_name),
  factor_type: factor.factor_type,
  phone: factor.phone ?? '',
  last_challenged_at: instant(factor.last_challenged_at) ?? null,
  web_authn_aaguid: factor.web_authn_aaguid ?? undefined,
  last_webauthn_challenge_data: factor.last_webauthn_challenge_data ?? undefined,
})

export const renderUser = (user: UserRow): object => ({
  id: user.id,
  aud: user.aud,
  role: user.role,
  email: user.email ?? '',
  email_confirmed_at: instant(user.email_confirmed_at),
  invited_at: instant(user.invited_at),
  phone: user.phone ?? '',
  phone_confirmed_at: instant(user.phone_confirmed_at),
  confirmation_sent_at: instant(user.confirmation_sent_at),
  confirmed_at: instant(user.confirmed_at),
  recovery_sent_at: instant(user.recovery_sent_at),
  new_email: text(user.email_change),
  email_change_sent_at: instant(user.email_change_sent_at),
  new_phone: text(user.phone_change),
  phone_change_sent_at: instant(user.phone_change_sent_at),
  reauthentication_sent_at: instant(user.reauthentication_sent_at),
  last_sign_in_at: instant(user.last_sign_in_at),
  app_metadata: user.raw_app_meta_data,
  user_metadata: user.raw_user_meta_data,
  factors: user.factors.length === 0 ? undefined : user.factors.map(renderFactor),
  identities: user.identities.map(renderIdentity),
  created_at: instant(user.created_at),
  updated_at: instant(user.updated_at),
  banned_until: instant(user.banned_until),
  deleted_at: instant(user.deleted_at),
  is_anonymous: user.is_anonymous,
})
