// Settings of sign-in through other services: the same four keys for each, and some of their own.

import { type AuthSetting, flag, notYet, secret, text } from './setting.ts'

const plain = [
  'bitbucket',
  'discord',
  'facebook',
  'figma',
  'fly',
  'github',
  'kakao',
  'linkedin',
  'linkedin_oidc',
  'slack_oidc',
  'notion',
  'slack',
  'snapchat',
  'spotify',
  'twitch',
  'twitter',
  'vercel_marketplace',
  'x',
  'zoom',
]
const withUrl = ['azure', 'gitlab', 'keycloak']
const withMoreClients = ['apple', 'google']

const settingsOf = (name: string): readonly AuthSetting[] => {
  const base = `external_${name}`
  return [
    notYet(`${base}_enabled`, `Sign-in with ${name}`),
    text(`${base}_client_id`),
    secret(`${base}_secret`),
    flag(`${base}_email_optional`),
  ]
}

export const providers: readonly AuthSetting[] = [
  ...[...plain, ...withUrl, ...withMoreClients].flatMap(settingsOf),
  ...withUrl.map((name) => text(`external_${name}_url`)),
  ...withMoreClients.map((name) => text(`external_${name}_additional_client_ids`)),
  flag('external_google_skip_nonce_check'),
  notYet('external_workos_enabled', 'Sign-in with workos'),
  text('external_workos_client_id'),
  secret('external_workos_secret'),
  text('external_workos_url'),
  notYet('external_web3_solana_enabled', 'Sign-in with a Solana wallet'),
  notYet('external_web3_ethereum_enabled', 'Sign-in with an Ethereum wallet'),
  text('nimbus_oauth_client_id'),
  secret('nimbus_oauth_client_secret'),
  flag('nimbus_oauth_email_optional', { isReadOnly: true }),
]
