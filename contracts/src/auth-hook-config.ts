// Settings of the hooks: where a project has a say in what the auth service does.

import { switches, texts } from './config-keys.ts'

export const authHooks = [
  'custom_access_token',
  'mfa_verification_attempt',
  'password_verification_attempt',
  'send_sms',
  'send_email',
  'before_user_created',
  'after_user_created',
] as const
export type AuthHook = (typeof authHooks)[number]

export const authHookKeys = {
  ...switches(authHooks.map((name) => `hook_${name}_enabled` as const)),
  /** `https://…`, `http://` to this host, or `pg-functions://postgres/<schema>/<function>`. */
  ...texts(authHooks.map((name) => `hook_${name}_uri` as const)),
  /** `v1,whsec_<base64>`, several separated by `|`. */
  ...texts(authHooks.map((name) => `hook_${name}_secrets` as const)),
}
