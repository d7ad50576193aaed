// Where an app sends a browser: the request is read, sealed, and carried on to the page for it.

import type { PageRoute } from '../pages/routes.ts'
import type { Visit } from '../pages/visit.ts'
import { sealAsk } from './ask.ts'
import { readAsk } from './read-ask.ts'

const show = async ({ platform, request, reply, origin }: Visit) => {
  const read = await readAsk(platform.db, request.query, origin)
  if ('refusedTo' in read) return reply.redirect(read.refusedTo)
  const sealed = sealAsk(platform.key, { kind: 'consent', ...read.ask })
  return reply.redirect(`/oauth/consent?ask=${sealed}`)
}

export const authorizeRoute: PageRoute = { path: '/v1/oauth/authorize', name: 'oauth.authorize', show }
