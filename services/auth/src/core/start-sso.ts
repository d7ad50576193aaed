// First half of single sign-on: people are sent to their identity provider with a signed request, and what is under
// way is remembered.

import { randomBytes, randomUUID } from 'node:crypto'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { insertExternalFlow } from '../sql/insert-external-flow.ts'
import { insertRelayState } from '../sql/saml-relay-states.ts'
import { findSsoProvider, type SsoProviderRow } from '../sql/sso-providers.ts'
import { type Challenge, isPkce } from './pkce.ts'
import { requestAddress } from './saml-library.ts'
import { parseIdpMetadata } from './saml-metadata.ts'
import { getSamlSelf } from './saml-self.ts'
import { iso } from './time.ts'

export type SsoWish = Challenge & {
  /** One of the two. */
  readonly providerId: string | undefined
  readonly domain: string
  readonly redirectTo: string
}

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

const getProvider = async ({ pool }: Parts, { providerId, domain }: SsoWish): Promise<SsoProviderRow> => {
  if (providerId !== undefined && domain !== '') {
    throw errors.invalid('Only one of provider_id or domain supported')
  }
  if (providerId === undefined && domain === '') {
    throw errors.invalid('A provider_id or domain needs to be provided')
  }
  const found = await findSsoProvider(pool, providerId === undefined ? { domain } : { id: providerId })
  if (found === undefined) {
    const none =
      providerId === undefined ? 'No SSO provider assigned for this domain' : 'No such SSO provider'
    throw errors.ssoProviderNotFound(none)
  }
  if (found.disabled) throw errors.ssoProviderDisabled('SSO Provider is currently disabled')
  return found
}

/** The address to send people to. */
export const startSso = async (parts: Parts, wish: SsoWish): Promise<string> => {
  const self = getSamlSelf(parts)
  const provider = await getProvider(parts, wish)
  const withPkce = isPkce(wish)
  const state = {
    id: randomUUID(),
    providerId: provider.id,
    requestId: `id-${randomBytes(20).toString('hex')}`,
    redirectTo: wish.redirectTo,
    flowId: withPkce ? randomUUID() : null,
    at: iso(parts.clock()),
  }
  const address = await requestAddress(self, await parseIdpMetadata(provider.metadata_xml), {
    requestId: state.requestId,
    relayState: state.id,
    nameIdFormat: provider.name_id_format ?? persistent,
  })
  await parts.pool.transaction(async (db) => {
    if (state.flowId !== null) {
      await insertExternalFlow(db, {
        id: state.flowId,
        provider: 'sso/saml',
        method: 'sso/saml',
        authCode: randomUUID(),
        challenge: wish.code_challenge,
        challengeMethod: wish.code_challenge_method.toLowerCase(),
        inviteToken: null,
        referrer: wish.redirectTo,
        linkingTarget: null,
        emailOptional: false,
        verifier: undefined,
        at: state.at,
      })
    }
    await insertRelayState(db, state)
  })
  return address
}
