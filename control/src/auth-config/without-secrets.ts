// Auth settings that a branch may begin with: its parent's, but for whatever works only with a secret, which stays where it is.

import type { AuthValues } from './kept-auth.ts'
import { authSettings } from './settings-table.ts'

/** Settings that are nothing without the secret among them; messages go by one provider, chosen by name. */
const groups =
  /^(external_[a-z_]+?(?=_(?:secret|client_id|enabled|url|additional_client_ids|skip_nonce_check|email_optional)$)|hook_[a-z_]+?(?=_(?:secrets|uri|enabled)$)|security_captcha|smtp_(?!max_frequency)|sms_(?:twilio_verify|twilio|messagebird|textlocal|vonage)|nimbus_oauth|saml)/

const groupOf = (key: string): string | undefined => groups.exec(key)?.[1]

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

export const withoutSecrets = (values: AuthValues): AuthValues => {
  const secrets = authSettings.filter(({ key, isSecret }) => isSecret && isSet(values[key]))
  const closed = new Set(['saml', ...secrets.map(({ key }) => groupOf(key))])
  const isOpen = (key: string) => {
    const group = groupOf(key)
    return group === undefined || !closed.has(group)
  }
  const hasSender = [...closed].some((group) => group?.startsWith('sms_'))
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => isOpen(key) && !(hasSender && key === 'sms_provider')),
  )
}
