// Operations of this domain, in the order the reference shows them.

import { createKey } from './create-key.ts'
import { deleteKey } from './delete-key.ts'
import { getKey } from './get-key.ts'
import { getLegacyKeys, updateLegacyKeys } from './legacy-keys.ts'
import { listKeys } from './list-keys.ts'
import { updateKey } from './update-key.ts'

export const apiKeys = [listKeys, createKey, getLegacyKeys, updateLegacyKeys, getKey, updateKey, deleteKey]
