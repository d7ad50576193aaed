// The project may look at an account before it is made, and is told afterwards. Outside the transaction: nobody
// waits for a hook with rows locked.

import type { Origin, Parts } from '../deps.ts'
import type { NewUser } from './new-user.ts'
import { renderUser } from './render-user.ts'
import type { UserRow } from './user-row.ts'

export type Planned = NewUser & { readonly id: string; readonly provider?: string }

/** How upstream writes an instant that has not come. */
const notYet = '0001-01-01T00:00:00Z'

/** The account as it is going to be. */
const render = (user: Planned): object => {
  const providers = [
    ...(user.provider === undefined ? [] : [user.provider]),
    ...(user.provider === undefined && user.email !== '' ? ['email'] : []),
    ...(user.provider === undefined && user.phone !== '' ? ['phone'] : []),
  ]
  return {
    id: user.id,
    aud: user.aud,
    role: '',
    email: user.email,
    phone: user.phone,
    app_metadata: providers.length === 0 ? {} : { provider: providers[0], providers },
    user_metadata: user.data,
    identities: [],
    created_at: notYet,
    updated_at: notYet,
    is_anonymous: user.isAnonymous ?? false,
  }
}

export const askBeforeUserCreated = async (
  { hooks }: Parts,
  user: Planned,
  origin: Origin,
): Promise<void> => {
  if (!hooks.isOn('before_user_created')) return
  await hooks.run('before_user_created', { input: { user: render(user) }, origin })
}

export const tellUserCreated = async ({ hooks }: Parts, user: UserRow, origin: Origin): Promise<void> => {
  if (!hooks.isOn('after_user_created')) return
  await hooks.run('after_user_created', { input: { user: renderUser(user) }, origin })
}
