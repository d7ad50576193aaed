// Every key of `config/auth`. Those that the auth service understands come from its own schema and take effect;
// the others are kept for whoever reads them back, and the switches among them are refused.

import { AuthConfig } from '@plinth/contracts'
import { z } from 'zod'
import { ofMessages } from './messages.ts'
import { providers } from './providers.ts'
import { type AuthSetting, choice, count, flag, notYet, secret, text } from './setting.ts'

const hooks = [
  'custom_access_token',
  'mfa_verification_attempt',
  'password_verification_attempt',
  'send_sms',
  'send_email',
  'before_user_created',
  'after_user_created',
].flatMap((name) => [
  notYet(`hook_${name}_enabled`, `The hook ${name}`),
  text(`hook_${name}_uri`),
  secret(`hook_${name}_secrets`),
])

const factors: readonly AuthSetting[] = [
  notYet('mfa_phone_enroll_enabled', 'A second factor by phone'),
  notYet('mfa_phone_verify_enabled', 'A second factor by phone'),
  count('mfa_phone_otp_length', { max: 32_767 }, { initial: 6 }),
  text('mfa_phone_template', { initial: 'Your code is {{ .Code }}' }),
  count('mfa_phone_max_frequency', { max: 32_767 }, { initial: 5 }),
  notYet('mfa_web_authn_enroll_enabled', 'A second factor by security key'),
  notYet('mfa_web_authn_verify_enabled', 'A second factor by security key'),
  notYet('passkey_enabled', 'Sign-in with passkeys'),
  text('webauthn_rp_display_name'),
  text('webauthn_rp_id'),
  text('webauthn_rp_origins'),
]

const security: readonly AuthSetting[] = [
  notYet('password_hibp_enabled', 'The check against leaked passwords'),
  flag('security_sb_forwarded_for_enabled'),
  notYet('security_captcha_enabled', 'The captcha'),
  choice('security_captcha_provider', ['turnstile', 'hcaptcha']),
  secret('security_captcha_secret'),
  text('sessions_tags'),
  count('rate_limit_web3', { min: 1 }, { initial: 30 }),
]

const servers: readonly AuthSetting[] = [
  flag('saml_enabled'),
  { key: 'saml_external_url', schema: z.string().regex(/^[^,]+$/, 'must not hold a comma'), initial: null },
  flag('saml_allow_encrypted_assertions'),
  notYet('oauth_server_enabled', 'The OAuth server of a project'),
  notYet('oauth_server_allow_dynamic_registration', 'The OAuth server of a project'),
  text('oauth_server_authorization_path'),
  flag('custom_oauth_enabled'),
  count('custom_oauth_max_providers', {}, { initial: 0, isReadOnly: true }),
  count('api_max_request_duration'),
  count('db_max_pool_size'),
  choice('db_max_pool_size_unit', ['connections', 'percent']),
]

/** Keys of the service's own schema that stand in this API, with what the API asks beyond that schema. */
const ofService: Readonly<Record<string, z.ZodType | undefined>> = {
  site_url: z.string().regex(/^[^,]+$/, 'must not hold a comma'),
  uri_allow_list: undefined,
  jwt_exp: undefined,
  disable_signup: undefined,
  external_email_enabled: undefined,
  external_phone_enabled: undefined,
  external_anonymous_users_enabled: undefined,
  mailer_autoconfirm: undefined,
  mailer_otp_exp: undefined,
  mailer_otp_length: undefined,
  smtp_max_frequency: z.int().min(0).max(32_767),
  mailer_secure_email_change_enabled: undefined,
  sms_autoconfirm: undefined,
  sms_otp_exp: undefined,
  sms_otp_length: undefined,
  sms_max_frequency: z.int().min(0).max(32_767),
  sms_test_otp: z
    .string()
    .regex(/^(\d{1,15}=\d+(,\d{1,15}=\d+)*,?)?$/, 'must be phone=code pairs separated by commas'),
  mfa_max_enrolled_factors: undefined,
  mfa_totp_enroll_enabled: undefined,
  mfa_totp_verify_enabled: undefined,
  password_min_length: undefined,
  password_required_characters: undefined,
  refresh_token_rotation_enabled: undefined,
  security_refresh_token_reuse_interval: undefined,
  security_update_password_require_reauthentication: undefined,
  security_update_password_require_current_password: undefined,
  security_manual_linking_enabled: undefined,
  sessions_timebox: undefined,
  sessions_inactivity_timeout: undefined,
  sessions_single_per_user: undefined,
  rate_limit_token_refresh: undefined,
  rate_limit_verify: undefined,
  rate_limit_otp: undefined,
  rate_limit_anonymous_users: undefined,
  rate_limit_email_sent: undefined,
}

const defaults: Readonly<Record<string, unknown>> = AuthConfig.parse({})

/** The schema below the default: an absent key must stay absent. */
const serviceSchema = (key: string): z.ZodType | undefined => {
  const schema: unknown = Object.entries(AuthConfig.shape).find(([name]) => name === key)?.[1]
  return schema instanceof z.ZodDefault && schema.unwrap() instanceof z.ZodType
    ? (schema.unwrap() as z.ZodType)
    : undefined
}

const kept = [...providers, ...hooks, ...ofMessages, ...factors, ...security, ...servers]

/** Whether the auth service itself reads the key. */
export const isEffective = (key: string): boolean => serviceSchema(key) !== undefined

/** Whatever the service learns to read becomes effective here, and its switch is no longer refused. */
const withService = (setting: AuthSetting): AuthSetting => {
  const schema = serviceSchema(setting.key)
  if (schema === undefined) return setting
  const { needs: _, ...rest } = setting
  return { ...rest, hidesEmpty: true }
}

const own = Object.entries(ofService).map(([key, schema]): AuthSetting => {
  const mine = schema ?? serviceSchema(key)
  if (mine === undefined) throw new Error(`The auth service does not read ${key}.`)
  return { key, schema: mine, initial: null }
})

export const authSettings: readonly AuthSetting[] = [...own, ...kept.map(withService)]

/** What a key is until somebody sets it. */
export const initialOf = ({ key, initial, hidesEmpty }: AuthSetting): unknown => {
  const value = defaults[key]
  return hidesEmpty && value === '' ? initial : (value ?? initial)
}
