// The key that a project signs its SAML requests with. Identity providers keep its certificate: it is made once, when
// SAML is switched on, and stays.

import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { AuthConfig } from '@plinth/contracts'

export const ensureSamlKey = async (auth: AuthConfig): Promise<AuthConfig> => {
  if (!auth.saml_enabled || auth.saml_private_key !== '') return auth
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const saml_private_key = privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')
  return { ...auth, saml_private_key }
}
