// GET /admin/audit?query=author:…|action:…|type:…: who did what.

import { errors } from '../errors.ts'
import { listAuditEntries } from '../sql/list-audit-entries.ts'
import { asAdmin } from './guards.ts'
import { namePages, readPage } from './pagination.ts'
import { queryText } from './read-body.ts'
import type { Route } from './route.ts'

const scopes: Readonly<Record<string, readonly string[]>> = {
  author: ['actor_username', 'actor_name'],
  action: ['action'],
  type: ['log_type'],
}

const readQuery = (query: string): { keys: readonly string[]; text: string } => {
  if (query === '') return { keys: [], text: '' }
  const [scope = '', ...rest] = query.split(':')
  const keys = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined
  if (keys === undefined || rest.length === 0) throw errors.invalid(`Invalid query scope: ${query}`)
  return { keys, text: rest.join(':') }
}

export const adminAudit: Route = (app, parts) => {
  app.get(
    '/admin/audit',
    asAdmin(parts, async (request, reply) => {
      const page = readPage(request)
      const wish = readQuery(queryText(request, 'query'))
      const { entries, total } = await listAuditEntries(parts.pool, { ...wish, ...page })
      namePages(request, reply, { path: '/admin/audit', page, total })
      return entries
    }),
  )
}
