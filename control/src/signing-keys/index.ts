// Operations of this domain, in the order the reference shows them.

import { createSigningKey } from './create-key.ts'
import { createLegacyKey, getLegacyKey } from './legacy-key.ts'
import { getSigningKey, listSigningKeys, removeSigningKey, updateSigningKey } from './signing-keys.ts'

export const signingKeys = [
  listSigningKeys,
  createSigningKey,
  getLegacyKey,
  createLegacyKey,
  getSigningKey,
  updateSigningKey,
  removeSigningKey,
]
