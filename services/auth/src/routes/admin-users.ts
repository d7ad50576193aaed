// /admin/users: accounts in the hands of an administrator.

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { createUser } from '../core/create-user.ts'
import { isUuid } from '../core/load-caller.ts'
import { removeUser } from '../core/remove-user.ts'
import { renderUser } from '../core/render-user.ts'
import { updateUser } from '../core/update-user.ts'
import type { UserRow } from '../core/user-row.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { listUsers } from '../sql/list-users.ts'
import { asAdmin, audienceOf, originOf } from './guards.ts'
import { namePages, readPage } from './pagination.ts'
import { flag, hasBody, maybeRecord, maybeText, queryText, readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

const Account = z.object({
  id: text,
  aud: text,
  role: text,
  email: text,
  phone: text,
  password: maybeText,
  password_hash: text,
  email_confirm: flag,
  phone_confirm: flag,
  user_metadata: maybeRecord,
  app_metadata: maybeRecord,
  ban_duration: text,
})

const Removal = z.object({ should_soft_delete: flag })

/** The user that the path names. */
export const getNamedUser = async ({ pool }: Parts, request: FastifyRequest): Promise<UserRow> => {
  // Fastify matched the path: the parameter is there, as text.
  const { user_id: id } = request.params as { user_id: string }
  if (!isUuid(id)) throw errors.invalidId('user_id')
  const user = await findUser(pool, { id })
  if (user === undefined) throw errors.userNotFound()
  return user
}

const readWish = (request: FastifyRequest) => {
  const wish = readBody(request, Account)
  return { ...wish, aud: wish.aud === '' ? audienceOf(request) : wish.aud }
}

const isAscending = (request: FastifyRequest): boolean => {
  const asked = queryText(request, 'sort')
  if (asked === '') return false
  const [field, direction = 'desc'] = asked.split(' ', 2)
  if (field !== 'created_at') throw errors.invalid(`Bad Sort Parameters: bad field for sort '${field}'`)
  if (!/^(asc|desc)$/i.test(direction)) {
    const why = `bad direction for sort '${direction}', only 'asc' and 'desc' allowed`
    throw errors.invalid(`Bad Sort Parameters: ${why}`)
  }
  return direction.toLowerCase() === 'asc'
}

export const adminUsers: Route = (app, parts) => {
  app.get(
    '/admin/users',
    asAdmin(parts, async (request, reply) => {
      const aud = audienceOf(request)
      const order = isAscending(request)
      const page = readPage(request)
      const filter = queryText(request, 'filter')
      const { users, total } = await listUsers(parts.pool, { aud, filter, isAscending: order, ...page })
      namePages(request, reply, { path: '/admin/users', page, total })
      return { users: users.map(renderUser), aud }
    }),
  )
  app.post(
    '/admin/users',
    asAdmin(parts, async (request, _reply, actor) => {
      const user = await createUser(parts, { actor, wish: readWish(request), origin: originOf(request) })
      return renderUser(user)
    }),
  )
  app.get(
    '/admin/users/:user_id',
    asAdmin(parts, async (request) => renderUser(await getNamedUser(parts, request))),
  )
  app.put(
    '/admin/users/:user_id',
    asAdmin(parts, async (request, _reply, actor) => {
      const user = await getNamedUser(parts, request)
      const change = { actor, user, wish: readWish(request), origin: originOf(request) }
      return renderUser(await updateUser(parts, change))
    }),
  )
  app.delete(
    '/admin/users/:user_id',
    asAdmin(parts, async (request, _reply, actor) => {
      const user = await getNamedUser(parts, request)
      const softly = hasBody(request) && readBody(request, Removal).should_soft_delete
      await removeUser(parts, { actor, user, softly, origin: originOf(request) })
      return {}
    }),
  )
}
