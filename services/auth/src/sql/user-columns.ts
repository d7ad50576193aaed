// What every statement that reads users selects, so that all of them give the same row.

import { sql } from '@plinth/postgres'

export const userColumns = sql`
  u.id, u.aud, coalesce(u.role, '') as role, u.email, u.phone, u.encrypted_password,
  u.email_confirmed_at, u.phone_confirmed_at, u.confirmed_at, u.invited_at,
  coalesce(u.confirmation_token, '') as confirmation_token, u.confirmation_sent_at,
  coalesce(u.recovery_token, '') as recovery_token, u.recovery_sent_at,
  coalesce(u.email_change, '') as email_change, u.email_change_sent_at,
  coalesce(u.email_change_token_new, '') as email_change_token_new,
  coalesce(u.email_change_token_current, '') as email_change_token_current,
  coalesce(u.email_change_confirm_status, 0) as email_change_confirm_status,
  coalesce(u.phone_change, '') as phone_change, coalesce(u.phone_change_token, '') as phone_change_token,
  u.phone_change_sent_at, coalesce(u.reauthentication_token, '') as reauthentication_token,
  u.reauthentication_sent_at, u.last_sign_in_at,
  coalesce(u.raw_app_meta_data, '{}') as raw_app_meta_data,
  coalesce(u.raw_user_meta_data, '{}') as raw_user_meta_data,
  u.created_at, u.updated_at, u.banned_until, u.deleted_at, u.is_sso_user, u.is_anonymous,
  (
    select coalesce(json_agg(i order by i.created_at, i.id), '[]')
    from auth.identities i where i.user_id = u.id
  ) as identities,
  (
    select coalesce(json_agg(json_build_object(
      'id', f.id, 'created_at', f.created_at, 'updated_at', f.updated_at, 'status', f.status,
      'friendly_name', f.friendly_name, 'factor_type', f.factor_type, 'phone', f.phone,
      'last_challenged_at', f.last_challenged_at, 'web_authn_aaguid', f.web_authn_aaguid,
      'last_webauthn_challenge_data', f.last_webauthn_challenge_data
    ) order by f.created_at, f.id), '[]')
    from auth.mfa_factors f where f.user_id = u.id
  ) as factors`
