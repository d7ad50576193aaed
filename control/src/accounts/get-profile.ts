// Who the token belongs to.

import { z } from 'zod'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onAccount } from '../frame/scopes.ts'

export const getProfile = operation({
  name: 'accounts.profile',
  about: 'Gets the account that the token belongs to.',
  rest: { method: 'GET', path: '/v1/profile', status: 200, id: 'v1-get-profile', tag: 'Profile' },
  scope: onAccount(),
  input: z.object({}),
  output: z.object({ gotrue_id: z.string(), primary_email: z.string(), username: z.string() }),
  run: async ({ actor }) => {
    const { organizations, projects } = actor.scope ?? {}
    if (organizations !== undefined || projects !== undefined) throw errors.limitedToken()
    return { gotrue_id: actor.accountId, primary_email: actor.email, username: actor.username }
  },
})
