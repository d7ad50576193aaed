// The site that keys are made for. Browsers bind a key to a host; who named none means the site itself.

import type { AuthConfig } from '@plinth/contracts'
import { errors } from '../errors.ts'

export type RelyingParty = { readonly id: string; readonly name: string; readonly origins: readonly string[] }

type Rules = Pick<
  AuthConfig,
  'site_url' | 'webauthn_rp_id' | 'webauthn_rp_display_name' | 'webauthn_rp_origins'
>

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim().replace(/\/$/, ''))
    .filter((one) => one !== '')

export const relyingParty = (config: Rules): RelyingParty => {
  const site = URL.canParse(config.site_url) ? new URL(config.site_url) : undefined
  const id = config.webauthn_rp_id || site?.hostname || ''
  const named = listOf(config.webauthn_rp_origins)
  const origins = named.length > 0 || !site?.protocol.startsWith('http') ? named : [site.origin]
  if (id === '' || origins.length === 0) throw errors.relyingPartyUnset()
  return { id, name: config.webauthn_rp_display_name || id, origins }
}
