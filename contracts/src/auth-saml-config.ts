// Settings of single sign-on by SAML 2.0.

import { switches, texts } from './config-keys.ts'

export const authSamlKeys = {
  ...switches(['saml_enabled', 'saml_allow_encrypted_assertions']),
  /** Base address of the auth API as identity providers know it; empty: the project's own. */
  ...texts(['saml_external_url']),
  /** The project's own RSA key: PKCS#1 in DER, as base64. Made when SAML is switched on; never shown. */
  ...texts(['saml_private_key']),
  /** The key that follows it, in the same form: identity providers already read its certificate. Empty: none. */
  ...texts(['saml_private_key_next']),
}
