// /passkeys: keys that sign in by themselves, added, used, named and removed by their owners.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { addPasskey, beginPasskey } from '../core/passkey-register.ts'
import { beginPasskeySignIn, signInWithPasskey } from '../core/passkey-sign-in.ts'
import { checkPasskeyRight, listPasskeys, removePasskey, renamePasskey } from '../core/passkeys.ts'
import { errors } from '../errors.ts'
import { getNamedUser } from './admin-users.ts'
import { sendSession } from './answer.ts'
import { asAdmin, asNamedUser, asUser, originOf } from './guards.ts'
import { readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

const Answer = z.object({ challenge_id: text, credential: z.unknown().optional() })
const Name = z.object({ friendly_name: text })

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Fastify matched the path: the parameter is there, as text. */
const idOf = (request: FastifyRequest): string => (request.params as { passkey_id: string }).passkey_id

const readAnswer = (request: FastifyRequest) => {
  const { challenge_id, credential } = readBody(request, Answer)
  return { challenge_id, credential: credential ?? undefined }
}

export const passkeys: Route = (app, parts) => {
  const whenOn =
    (handler: Handler): Handler =>
    async (request, reply) => {
      if (!parts.config.passkey_enabled) throw errors.passkeysOff()
      return handler(request, reply)
    }
  app.post(
    '/passkeys/authentication/options',
    whenOn(async (request) => {
      parts.limit('passkey', request)
      return beginPasskeySignIn(parts)
    }),
  )
  app.post(
    '/passkeys/authentication/verify',
    whenOn(async (request, reply) => {
      return sendSession(reply, await signInWithPasskey(parts, readAnswer(request), originOf(request)))
    }),
  )
  app.post(
    '/passkeys/registration/options',
    whenOn(asNamedUser(parts, async (_request, _reply, me) => beginPasskey(parts, me))),
  )
  app.post(
    '/passkeys/registration/verify',
    whenOn(
      asNamedUser(parts, async (request, _reply, me) =>
        addPasskey(parts, me, readAnswer(request), originOf(request)),
      ),
    ),
  )
  app.get(
    '/passkeys',
    whenOn(asUser(parts, async (_request, _reply, { user }) => listPasskeys(parts, user.id))),
  )
  app.patch(
    '/passkeys/:passkey_id',
    whenOn(
      asUser(parts, async (request, _reply, { user }) => {
        const named = { id: idOf(request), user, origin: originOf(request) }
        return renamePasskey(parts, named, readBody(request, Name).friendly_name)
      }),
    ),
  )
  app.delete(
    '/passkeys/:passkey_id',
    whenOn(
      asUser(parts, async (request, reply, me) => {
        checkPasskeyRight(me)
        await removePasskey(parts, { id: idOf(request), user: me.user, origin: originOf(request) })
        return reply.code(204).send()
      }),
    ),
  )
  app.get(
    '/admin/users/:user_id/passkeys',
    asAdmin(parts, async (request) => listPasskeys(parts, (await getNamedUser(parts, request)).id)),
  )
  app.delete(
    '/admin/users/:user_id/passkeys/:passkey_id',
    asAdmin(parts, async (request, reply, actor) => {
      const user = await getNamedUser(parts, request)
      await removePasskey(parts, { id: idOf(request), user, origin: originOf(request), actor })
      return reply.code(204).send()
    }),
  )
}
