// GET /admin/inbox?to=…: what would have been mailed, newest first. Our own; upstream has nothing like it.

import { listInbox } from '../sql/list-inbox.ts'
import { asAdmin } from './guards.ts'
import { queryText } from './read-body.ts'
import type { Route } from './route.ts'

export const adminInbox: Route = (app, parts) => {
  app.get(
    '/admin/inbox',
    asAdmin(parts, async (request) => ({
      letters: await listInbox(parts.pool, queryText(request, 'to').toLowerCase(), 100),
    })),
  )
}
