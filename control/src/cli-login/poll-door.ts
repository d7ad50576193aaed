// Where the CLI fetches its token: with the code, once. The token exists from then on.

import { isEqual, sha256Base64Url } from '@plinth/crypto'
import { makeRateLimiter, type ServicePlugin } from '@plinth/http'
import type { Pool } from '@plinth/postgres'
import { z } from 'zod'
import { insertPreparedToken } from '../accounts/token-queries.ts'
import { recordAudit } from '../frame/audit.ts'
import type { Platform } from '../frame/call.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { errors } from './errors.ts'
import { type LoginRow, spendLogin, tryLogin } from './queries.ts'

/** The id and the code, as they came. */
type Asked = { readonly sessionId: string; readonly code: string; readonly requestId: string }

const find = async (db: Pool, { sessionId, code }: Asked): Promise<LoginRow> => {
  const row = z.uuid().safeParse(sessionId).success ? await tryLogin(db, sessionId) : undefined
  if (row === undefined || !isEqual(sha256Base64Url(code), row.code_hash)) throw errors.notFound()
  return row
}

const pickUp = async (db: Pool, asked: Asked): Promise<LoginRow> => {
  const row = await find(db, asked)
  return db.transaction(async (session) => {
    // Of two with the right code one comes second.
    if (!(await spendLogin(session, asked.sessionId))) throw errors.notFound()
    await insertPreparedToken(session, row)
    await recordAudit(session, {
      operation: 'cli-login.pick-up',
      accountId: row.account_id,
      requestId: asked.requestId,
    })
    return row
  })
}

export const pollDoor =
  ({ db }: Platform): ServicePlugin =>
  async (app) => {
    const tries = makeRateLimiter({ burst: 30, perSecond: 1 })
    const config = { name: 'cli-login.poll' }
    app.get('/platform/cli/login/:session_id', { config }, async (request, reply) => {
      if (tries.take(request.ip) > 0) throw frameErrors.tooManyRequests()
      const { session_id: sessionId } = request.params as { session_id: string } // a path input is text
      const { device_code: code } = request.query as { device_code?: unknown } // any value may come
      const row = await pickUp(db, {
        sessionId,
        code: typeof code === 'string' ? code.trim().toLowerCase() : '',
        requestId: request.id,
      })
      void reply.header('cache-control', 'no-store')
      return { access_token: row.sealed_token, public_key: row.public_key, nonce: row.nonce }
    })
  }
