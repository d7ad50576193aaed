// Ends a personal access token of the caller.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onSelf } from '../frame/scopes.ts'
import { errors } from './errors.ts'
import { PersonalToken, showToken } from './new-token.ts'
import { deleteToken as remove } from './token-queries.ts'

export const deleteToken = operation({
  name: 'accounts.delete-token',
  about: 'Deletes a personal access token; it stops working at once.',
  rest: {
    method: 'DELETE',
    path: '/platform/profile/access-tokens/:id',
    status: 200,
    id: 'delete-access-token',
    tag: 'Profile',
  },
  scope: onSelf,
  input: z.object({ id: z.uuid() }),
  output: PersonalToken,
  run: async ({ db, actor }, { id }) => {
    const row = await remove(db, actor.accountId, id)
    if (row === undefined) throw errors.tokenNotFound()
    return showToken(row)
  },
})
