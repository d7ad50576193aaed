// Lints about settings of a project; nothing here asks its database.

import type { Lint, LintKind } from '../lint.ts'
import { showFinding } from '../lint.ts'

/** What the lints look at. */
export type Configuration = {
  readonly auth: Readonly<Record<string, unknown>>
  readonly postgres: Readonly<Record<string, unknown>>
  readonly isTlsRequired: boolean
  readonly isNetworkRestricted: boolean
}

type ConfigurationLint = LintKind & {
  readonly type: 'auth' | 'compliance'
  readonly detail: string
  readonly isFound: (configuration: Configuration) => boolean
}

const docs = 'https://supabase.com/docs/guides/platform'
const hour = 3600
const common = { level: 'WARN', category: 'SECURITY' } as const

const lints: readonly ConfigurationLint[] = [
  {
    ...common,
    name: 'auth_otp_long_expiry',
    title: 'Auth OTP long expiry',
    type: 'auth',
    description: 'Codes by mail that live longer than an hour can be used by who finds them later.',
    detail: 'mailer_otp_exp is more than an hour. Set it to 3600 or less.',
    page: `${docs}/going-into-prod#security`,
    isFound: ({ auth }) => Number(auth['mailer_otp_exp']) > hour,
  },
  {
    ...common,
    name: 'auth_leaked_password_protection',
    title: 'Leaked Password Protection Disabled',
    type: 'auth',
    description: 'Passwords are not compared with those known to be leaked.',
    detail: 'password_hibp_enabled is off.',
    page: 'https://supabase.com/docs/guides/auth/password-security',
    isFound: ({ auth }) => auth['password_hibp_enabled'] !== true,
  },
  {
    ...common,
    name: 'auth_insufficient_mfa_options',
    title: 'Insufficient MFA Options',
    type: 'auth',
    description: 'Users have no second factor to choose.',
    detail:
      'No second factor can be enrolled. Switch mfa_totp_enroll_enabled and mfa_totp_verify_enabled on.',
    page: 'https://supabase.com/docs/guides/auth/auth-mfa',
    isFound: ({ auth }) => !(auth['mfa_totp_enroll_enabled'] && auth['mfa_totp_verify_enabled']),
  },
  {
    ...common,
    name: 'auth_password_policy_missing',
    title: 'Password Policy Missing',
    type: 'auth',
    description: 'Passwords need not hold letters and digits.',
    detail: 'password_required_characters is empty.',
    page: 'https://supabase.com/docs/guides/auth/password-security',
    isFound: ({ auth }) => !auth['password_required_characters'],
  },
  {
    ...common,
    name: 'password_requirements_min_length',
    title: 'Short Passwords Allowed',
    type: 'auth',
    description: 'Passwords of fewer than eight characters are accepted.',
    detail: 'password_min_length is less than 8.',
    page: 'https://supabase.com/docs/guides/auth/password-security',
    isFound: ({ auth }) => Number(auth['password_min_length']) < 8,
  },
  {
    ...common,
    name: 'ssl_not_enforced',
    title: 'SSL Not Enforced',
    type: 'compliance',
    description: 'The database takes connections without TLS.',
    detail: 'Connections to the database need not be encrypted.',
    page: `${docs}/ssl-enforcement`,
    isFound: ({ isTlsRequired }) => !isTlsRequired,
  },
  {
    ...common,
    name: 'network_restrictions_not_set',
    title: 'No Network Restrictions',
    type: 'compliance',
    description: 'The database takes connections from every address.',
    detail: 'No address range is set for the database.',
    page: `${docs}/network-restrictions`,
    isFound: ({ isNetworkRestricted }) => !isNetworkRestricted,
  },
  {
    ...common,
    name: 'log_connections_not_enabled',
    title: 'Connections Not Logged',
    type: 'compliance',
    description: 'The database does not log who connects.',
    detail: 'log_connections is off.',
    page: `${docs}/logs`,
    isFound: ({ postgres }) => postgres['log_connections'] !== true,
  },
  {
    ...common,
    name: 'pitr_not_enabled',
    title: 'No Recovery to a Point in Time',
    type: 'compliance',
    description: 'The database cannot be taken back to a point in time.',
    detail: 'The changes of the database are not archived.',
    page: `${docs}/backups`,
    isFound: () => true,
  },
]

export const lintConfiguration = (configuration: Configuration): readonly Lint[] =>
  lints
    .filter(({ isFound }) => isFound(configuration))
    .map((lint) =>
      showFinding(lint, { schema_name: null, entity: lint.title, type: lint.type, detail: lint.detail }),
    )
    // The key of a setting is the lint itself: there is one of each in a project.
    .map((lint) => ({ ...lint, cache_key: lint.name }))
