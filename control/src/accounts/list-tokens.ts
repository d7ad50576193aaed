// Personal access tokens of the caller.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onSelf } from '../frame/scopes.ts'
import { PersonalToken, showToken } from './new-token.ts'
import { listTokens as list } from './token-queries.ts'

export const listTokens = operation({
  name: 'accounts.list-tokens',
  about: "Lists the caller's personal access tokens, without the tokens themselves.",
  rest: {
    method: 'GET',
    path: '/platform/profile/access-tokens',
    status: 200,
    id: 'list-access-tokens',
    tag: 'Profile',
  },
  scope: onSelf,
  input: z.object({}),
  output: z.array(PersonalToken),
  run: async ({ db, actor }) => (await list(db, actor.accountId)).map(showToken),
})
