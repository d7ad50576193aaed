// A new personal access token of the caller.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onSelf } from '../frame/scopes.ts'
import { makeToken, PersonalToken, showToken, tokenWish } from './new-token.ts'

export const createToken = operation({
  name: 'accounts.create-token',
  about: 'Creates a personal access token; with permissions it may only those, in the places named.',
  rest: {
    method: 'POST',
    path: '/platform/profile/access-tokens',
    status: 201,
    id: 'create-access-token',
    tag: 'Profile',
  },
  scope: onSelf,
  input: z.object(tokenWish),
  output: PersonalToken.extend({ token: z.string().describe('Shown here and never again.') }),
  run: async ({ db, actor }, wish) => {
    const { token, row } = await makeToken(db, actor.accountId, wish)
    return { ...showToken(row), token }
  },
})
