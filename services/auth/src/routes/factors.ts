// /factors: a second factor of one's own, from the secret to the raised session.

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { challengeFactor } from '../core/challenge-factor.ts'
import { unenrollFactor } from '../core/change-factor.ts'
import { enrollFactor } from '../core/enroll-factor.ts'
import { isUuid } from '../core/load-caller.ts'
import { verifyFactor } from '../core/verify-factor.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findFactor, type SecretFactor } from '../sql/find-factor.ts'
import { sendSession } from './answer.ts'
import { asNamedUser, originOf } from './guards.ts'
import { hasBody, readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

const Enrollment = z.object({ factor_type: text, friendly_name: text, issuer: text, phone: text })
const Asked = z.object({ channel: text })
const KeyAnswer = z
  .object({ type: text, credential_response: z.unknown().optional() })
  .transform(({ type, credential_response }) => ({
    type,
    credential_response: credential_response ?? undefined,
  }))
const Shown = z.object({ challenge_id: text, code: text, webauthn: KeyAnswer.nullish() })

/** The factor that the path names, if it is this user's. */
export const getNamedFactor = async (
  { pool }: Parts,
  request: FastifyRequest,
  userId: string,
): Promise<SecretFactor> => {
  // Fastify matched the path: the parameter is there, as text.
  const { factor_id: id } = request.params as { factor_id: string }
  if (!isUuid(id)) throw errors.invalidId('factor_id')
  const factor = await findFactor(pool, { id, userId })
  if (factor === undefined) throw errors.factorNotFound()
  return factor
}

export const factors: Route = (app, parts) => {
  app.post(
    '/factors',
    asNamedUser(parts, async (request, _reply, me) =>
      enrollFactor(parts, me, readBody(request, Enrollment), originOf(request)),
    ),
  )
  app.post(
    '/factors/:factor_id/challenge',
    asNamedUser(parts, async (request, _reply, { user }) => {
      const factor = await getNamedFactor(parts, request, user.id)
      parts.limit('factor_challenge', request)
      const { channel } = hasBody(request) ? readBody(request, Asked) : { channel: '' }
      return challengeFactor(parts, { user, factor, channel, origin: originOf(request) })
    }),
  )
  app.post(
    '/factors/:factor_id/verify',
    asNamedUser(parts, async (request, reply, me) => {
      const factor = await getNamedFactor(parts, request, me.user.id)
      parts.limit('factor_verify', request)
      const { challenge_id: challengeId, code, webauthn } = readBody(request, Shown)
      const answer = { challengeId, code, webauthn: webauthn ?? undefined }
      const shown = { me, factor, ...answer, origin: originOf(request) }
      const { opened, letters } = await verifyFactor(parts, shown)
      await parts.post(letters, originOf(request))
      return sendSession(reply, opened)
    }),
  )
  app.delete(
    '/factors/:factor_id',
    asNamedUser(parts, async (request, _reply, me) => {
      const factor = await getNamedFactor(parts, request, me.user.id)
      await parts.post(await unenrollFactor(parts, me, factor, originOf(request)), originOf(request))
      return { id: factor.id }
    }),
  )
}
