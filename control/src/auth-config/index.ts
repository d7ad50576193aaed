// Operations of this domain, in the order the reference shows them.

import { getAuthConfig } from './get-auth-config.ts'
import { rotateSamlKey } from './rotate-saml-key.ts'
import { updateAuthConfig } from './update-auth-config.ts'

export const authConfig = [getAuthConfig, updateAuthConfig, rotateSamlKey]
