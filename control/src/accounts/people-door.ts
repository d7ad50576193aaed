// People and their tokens for the operator: on a socket that only the installation's user can open. The command
// line is its client.

import type { ServicePlugin } from '@plinth/http'
import type { Pool } from '@plinth/postgres'
import { z } from 'zod'
import { permissions } from '../frame/scopes.ts'
import { validate } from '../frame/validate.ts'
import {
  addPerson,
  addPersonToken,
  changePassword,
  listPeople,
  listPersonTokens,
  NewPassword,
  NewPerson,
  NewPersonToken,
  removePerson,
  revokePersonToken,
} from './people.ts'

/** The token's wish, and the short word for all that reads. */
const TokenWish = NewPersonToken.extend({ read_only: z.boolean().default(false) })

const readTokenWish = (body: unknown) => {
  const { read_only, ...wish } = TokenWish.parse(validate(TokenWish, bodyOf(body)))
  const reading = permissions.filter((name) => name.endsWith('_read'))
  return read_only ? { ...wish, permissions: reading } : wish
}

const bodyOf = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? { ...body } : {}

type Named = { Params: { email: string; id: string } }

export const peopleDoor =
  (db: Pool): ServicePlugin =>
  async (app) => {
    app.get('/people', { config: { name: 'admin.people.list' } }, () => listPeople(db))
    app.post('/people', { config: { name: 'admin.people.add' } }, async (request, reply) => {
      const wish = NewPerson.parse(validate(NewPerson, bodyOf(request.body)))
      return reply.code(201).send(await addPerson(db, wish))
    })
    app.delete<Named>(
      '/people/:email',
      { config: { name: 'admin.people.remove' } },
      async (request, reply) => {
        await removePerson(db, request.params.email)
        return reply.code(204).send()
      },
    )
    app.put<Named>('/people/:email/password', { config: { name: 'admin.people.password' } }, (request) => {
      const { password } = NewPassword.parse(validate(NewPassword, bodyOf(request.body)))
      return changePassword(db, request.params.email, password)
    })
    app.get<Named>('/people/:email/tokens', { config: { name: 'admin.tokens.list' } }, (request) =>
      listPersonTokens(db, request.params.email),
    )
    app.post<Named>(
      '/people/:email/tokens',
      { config: { name: 'admin.tokens.add' } },
      async (request, reply) => {
        const made = await addPersonToken(db, request.params.email, readTokenWish(request.body))
        return reply.code(201).send(made)
      },
    )
    app.delete<Named>(
      '/people/:email/tokens/:id',
      { config: { name: 'admin.tokens.revoke' } },
      async (request, reply) => {
        await revokePersonToken(db, request.params.email, request.params.id)
        return reply.code(204).send()
      },
    )
  }
