// The key that a project signs its SAML requests with. Identity providers keep its certificate: it is made once, when
// SAML is switched on, and stays until its owner replaces it: a key that is to follow is announced in the project's own
// document, and takes over when everybody has read it.

import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { AuthConfig } from '@plinth/contracts'

type SamlKeys = Pick<AuthConfig, 'saml_enabled' | 'saml_private_key' | 'saml_private_key_next'>

const makeKey = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')
}

export const ensureSamlKey = async (auth: AuthConfig): Promise<AuthConfig> =>
  !auth.saml_enabled || auth.saml_private_key !== '' ? auth : { ...auth, saml_private_key: await makeKey() }

export const samlKeySteps = ['announce', 'promote', 'withdraw'] as const
export type SamlKeyStep = (typeof samlKeySteps)[number]

/** What stands against a step; `undefined` when it may be taken. */
export const problemOfStep = (auth: SamlKeys, step: SamlKeyStep): string | undefined => {
  if (!auth.saml_enabled) return 'Switch SAML on first: saml_enabled.'
  const isAnnounced = auth.saml_private_key_next !== ''
  if (step === 'announce' && isAnnounced) return 'A key is announced already: promote or withdraw it.'
  return step === 'announce' || isAnnounced ? undefined : 'No key is announced.'
}

/** The settings after a step that may be taken. */
export const takeStep = async <T extends SamlKeys>(auth: T, step: SamlKeyStep): Promise<T> => {
  if (step === 'announce') return { ...auth, saml_private_key_next: await makeKey() }
  const saml_private_key = step === 'promote' ? auth.saml_private_key_next : auth.saml_private_key
  return { ...auth, saml_private_key, saml_private_key_next: '' }
}
