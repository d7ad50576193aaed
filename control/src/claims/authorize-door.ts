// A platform hands over a project: called with the platform's own token, answered with the way to the page on
// which the person takes it.

import { randomBytes } from 'node:crypto'
import { makeRateLimiter, type ServicePlugin } from '@plinth/http'
import { authorise } from '../frame/access.ts'
import { recordAudit } from '../frame/audit.ts'
import type { Platform } from '../frame/call.ts'
import { authenticate } from '../frame/caller.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { onProject } from '../frame/scopes.ts'
import { sealAsk } from '../oauth/ask.ts'
import { readAsk } from '../oauth/read-ask.ts'
import { originOf } from '../pages/visit.ts'
import { putClaim } from './queries.ts'

export const claimDoor =
  (platform: Platform): ServicePlugin =>
  async (app) => {
    const { db, key } = platform
    const tries = makeRateLimiter({ burst: 60, perSecond: 1 })
    const config = { name: 'oauth.authorize-project-claim' }
    app.get('/v1/oauth/authorize/project-claim', { config }, async (request, reply) => {
      if (tries.take(request.ip) > 0) throw frameErrors.tooManyRequests()
      const actor = await authenticate(db, request.headers.authorization)
      const { project_ref: ref } = request.query as { project_ref?: unknown } // checked by `authorise`
      const access = await authorise(db, actor, onProject('project_admin_write'), { ref })
      const { organizationId = '' } = access
      if (!access.may('organization_admin_write')) throw frameErrors.forbidden(['organization_admin_write'])
      const read = await readAsk(db, request.query, originOf(request))
      if ('refusedTo' in read) return reply.redirect(read.refusedTo)
      // Whoever registered themselves has no organization to hand projects over from.
      if (read.app.organization_id === null) throw frameErrors.forbidden(['organization_admin_write'])
      const secret = randomBytes(32).toString('base64url')
      const claim = { ref: access.ref ?? '', organizationId, createdBy: actor.accountId }
      await putClaim(db, { ...claim, kind: 'page', secret })
      await recordAudit(db, {
        operation: 'claims.offer',
        accountId: actor.accountId,
        tokenId: actor.tokenId,
        organizationId,
        ref: claim.ref,
        requestId: request.id,
      })
      const sealed = sealAsk(key, { kind: 'claim', ...read.ask, claim: secret })
      return reply.redirect(`/oauth/claim?ask=${sealed}`)
    })
  }
