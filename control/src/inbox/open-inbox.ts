// Who may look into a project's inbox: its codes sign people in, so whoever may read the project's keys.

import type { ProjectSqlCall } from '../database/project-sql.ts'
import { authorise } from '../frame/access.ts'
import { onProject } from '../frame/scopes.ts'
import { errors } from '../pages/errors.ts'
import type { Visit } from '../pages/visit.ts'

export type Inbox = { readonly ref: string; readonly call: ProjectSqlCall }

/** `undefined`: nobody is signed in. Throws what `authorise` throws, which a page shows. */
export const openInbox = async ({ person, platform, request, reply }: Visit): Promise<Inbox | undefined> => {
  if (person === undefined) return undefined
  const { ref } = request.params as { ref?: unknown } // checked by `authorise`
  const actor = { accountId: person.id, scope: null }
  const access = await authorise(platform.db, actor, onProject('api_gateway_keys_read'), { ref })
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return { ref: access.ref ?? '', call: { ...platform, signal: gone.signal } }
}

/** The number of a letter in the address. */
export const letterId = ({ request }: Visit): string => {
  const { id } = request.params as { id?: unknown } // any text may come
  if (typeof id !== 'string' || !/^\d{1,18}$/.test(id)) throw errors.noLetter()
  return id
}
