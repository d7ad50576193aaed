// /sso: people who sign in with the identity provider of where they work. What identity providers need: our document,
// and the address they post to.

import { isPlinthError } from '@plinth/errors'
import { z } from 'zod'
import { finishSso } from '../core/finish-sso.ts'
import { failurePairs, withQuery } from '../core/redirect-result.ts'
import { getSamlSelf, renderMetadata } from '../core/saml-self.ts'
import { startSso } from '../core/start-sso.ts'
import { nameSession } from './answer.ts'
import { originOf } from './guards.ts'
import { challenge, flag, queryText, readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

const nobody = '00000000-0000-0000-0000-000000000000'
const Wish = z.object({
  provider_id: z
    .union([z.uuid(), z.literal(nobody)])
    .nullish()
    .transform((id) => (id === nobody ? undefined : (id ?? undefined))),
  domain: text,
  redirect_to: text,
  skip_http_redirect: flag,
  ...challenge,
})

const twoDays = 2 * 86_400_000
/** For those who keep a file: about as long as the well-known providers give theirs. */
const fiveYears = 5 * 365 * 86_400_000

export const sso: Route = (app, parts) => {
  app.get('/sso/saml/metadata', async (request, reply) => {
    const self = getSamlSelf(parts)
    const isFile = queryText(request, 'download') === 'true'
    if (isFile) void reply.header('content-disposition', 'attachment; filename="metadata.xml"')
    const age = self.nextKey === undefined ? 600 : 60
    void reply.header('cache-control', `public, max-age=${age}`).type('application/xml')
    return renderMetadata(self, parts.issuer, parts.clock() + (isFile ? fiveYears : twoDays))
  })

  app.post('/sso', async (request, reply) => {
    getSamlSelf(parts)
    parts.limit('sso', request)
    const { provider_id: providerId, redirect_to: redirectTo, ...wish } = readBody(request, Wish)
    const url = await startSso(parts, { ...wish, providerId, redirectTo })
    return wish.skip_http_redirect ? { url } : reply.redirect(url, 303)
  })

  app.post('/sso/saml/acs', async (request, reply) => {
    getSamlSelf(parts)
    parts.limit('saml_assertion', request)
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    const answer = {
      response: form.get('SAMLResponse') ?? '',
      relayState: form.get('RelayState') ?? queryText(request, 'RelayState'),
      artifact: form.get('SAMLart') ?? '',
    }
    const result = await finishSso(parts, answer, originOf(request)).catch((error: unknown) => {
      if (isPlinthError(error)) return error
      throw error
    })
    if (result instanceof Error) {
      return reply.redirect(withQuery(parts.config.site_url, failurePairs(result)), 303)
    }
    if (result.opened !== undefined) nameSession(reply, result.opened)
    return reply.redirect(result.location, 302)
  })
}
