// Settings of the auth service of one branch. Keys are those of `config/auth` of the
// Management API in lower case, so that a value means the same in every place.

import { z } from 'zod'
import { authFactorKeys } from './auth-factor-config.ts'
import { authGuardKeys } from './auth-guard-config.ts'
import { authHookKeys } from './auth-hook-config.ts'
import { authMailKeys } from './auth-mail-config.ts'
import { authProviderKeys } from './auth-provider-config.ts'
import { authSamlKeys } from './auth-saml-config.ts'
import { authServerKeys } from './auth-server-config.ts'
import { authSmsKeys } from './auth-sms-config.ts'

export const AuthConfig = z.object({
  site_url: z.string().default('http://localhost:3000'),
  /** Comma list of globs that `redirect_to` may match. */
  uri_allow_list: z.string().default(''),
  jwt_exp: z.int().min(1).max(604_800).default(3600),
  disable_signup: z.boolean().default(false),
  external_email_enabled: z.boolean().default(true),
  external_phone_enabled: z.boolean().default(false),
  external_anonymous_users_enabled: z.boolean().default(false),
  /** Confirms addresses without a mail: on until mail is configured. */
  mailer_autoconfirm: z.boolean().default(true),
  /** Who comes by way of another service gets in before their address is confirmed. */
  mailer_allow_unverified_email_sign_ins: z.boolean().default(false),
  /** Seconds a mailed code or link is good for, digits of the code, seconds between two mails to one person. */
  mailer_otp_exp: z.int().min(1).max(604_800).default(3600),
  mailer_otp_length: z.int().min(6).max(10).default(6),
  ...authHookKeys,
  ...authMailKeys,
  ...authProviderKeys,
  ...authSamlKeys,
  ...authServerKeys,
  smtp_max_frequency: z.int().min(0).default(60),
  /** A new address counts only when the old one agreed too. */
  mailer_secure_email_change_enabled: z.boolean().default(true),
  sms_autoconfirm: z.boolean().default(false),
  sms_otp_exp: z.int().min(1).default(60),
  sms_otp_length: z.int().min(6).max(10).default(6),
  sms_max_frequency: z.int().min(0).default(60),
  ...authSmsKeys,
  sms_template: z.string().default('Your code is {{ .Code }}'),
  /** `phone=code` pairs separated by commas that sign in without a message. */
  sms_test_otp: z.string().default(''),
  /** Instant after which those codes count no more; empty: they always do. */
  sms_test_otp_valid_until: z.string().default(''),
  ...authFactorKeys,
  ...authGuardKeys,
  password_min_length: z.int().min(6).max(72).default(6),
  /** Character classes separated by `:`; one of each is required. */
  password_required_characters: z.string().default(''),
  refresh_token_rotation_enabled: z.boolean().default(true),
  security_refresh_token_reuse_interval: z.int().min(0).default(10),
  security_update_password_require_reauthentication: z.boolean().default(false),
  security_update_password_require_current_password: z.boolean().default(false),
  security_manual_linking_enabled: z.boolean().default(false),
  /** Hours; 0 is no limit. */
  sessions_timebox: z.number().min(0).default(0),
  sessions_inactivity_timeout: z.number().min(0).default(0),
  sessions_single_per_user: z.boolean().default(false),
  /** Comma list: one session per user and tag; a session with another tag, or with none, counts to the first. */
  sessions_tags: z.string().default(''),
  /** Requests of one address in five minutes. */
  rate_limit_token_refresh: z.int().min(1).default(150),
  rate_limit_verify: z.int().min(1).default(30),
  rate_limit_otp: z.int().min(1).default(30),
  rate_limit_web3: z.int().min(1).default(30),
  /** Anonymous sign-ins of one address in an hour. */
  rate_limit_anonymous_users: z.int().min(1).default(30),
  /** Mails of the whole project in an hour. */
  rate_limit_email_sent: z.int().min(1).default(30),
  /** Text messages of the whole project in an hour. */
  rate_limit_sms_sent: z.int().min(1).default(30),
})
export type AuthConfig = z.infer<typeof AuthConfig>
