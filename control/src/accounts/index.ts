// Operations of this domain, in the order the reference shows them.

import { createToken } from './create-token.ts'
import { deleteToken } from './delete-token.ts'
import { getProfile } from './get-profile.ts'
import { listTokens } from './list-tokens.ts'

export const accounts = [getProfile, listTokens, createToken, deleteToken]
