// SQL snippets: upstream's API only reads them; making and removing are ours.

import { z } from 'zod'
import type { Actor } from '../frame/caller.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { makeCursor, readCursor } from '../frame/pages.ts'
import { onAccount, onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { Person } from './people.ts'
import {
  findSnippet,
  insertSnippet,
  listSnippets as list,
  removeSnippet,
  type SnippetRow,
} from './snippet-queries.ts'

const tag = 'Database'
const Visibility = z.enum(['user', 'project', 'org', 'public'])

const Entry = z.object({
  id: z.string(),
  inserted_at: z.string(),
  updated_at: z.string(),
  type: z.literal('sql'),
  visibility: Visibility,
  name: z.string(),
  description: z.string().nullable(),
  project: z.object({ id: z.number(), name: z.string() }),
  owner: Person,
  updated_by: Person,
  favorite: z.boolean(),
})
const Content = z.object({ sql: z.string(), schema_version: z.string() })
const Snippet = Entry.extend({ content: Content })

const showEntry = ({ content: _, ...row }: SnippetRow): z.infer<typeof Entry> => ({ ...row, type: 'sql' })
const show = (row: SnippetRow): z.infer<typeof Snippet> => ({ ...row, type: 'sql' })

/** Every account may ask for its own; a scoped token must say so. */
const checkToken = ({ scope }: Actor): void => {
  if (scope !== null && !scope.permissions.includes('snippets_read')) {
    throw frameErrors.forbidden(['snippets_read'])
  }
}

export const listSnippets = operation({
  name: 'snippets.list',
  about: 'Lists the SQL snippets the caller can see.',
  rest: { method: 'GET', path: '/v1/snippets', status: 200, id: 'v1-list-all-snippets', tag },
  scope: onAccount(),
  input: z.object({
    project_ref: byRef.ref.optional(),
    cursor: z.string().optional(),
    limit: z.int().min(1).max(100).default(100),
    sort_by: z.enum(['name', 'inserted_at']).default('inserted_at'),
    sort_order: z.enum(['asc', 'desc']).default('desc'),
  }),
  output: z.object({ data: z.array(Entry), cursor: z.string().optional() }),
  run: async ({ db, actor }, { project_ref, cursor, limit, sort_by, sort_order }) => {
    checkToken(actor)
    const offset = readCursor(cursor)
    const page = { ref: project_ref, sortBy: sort_by, order: sort_order, limit: limit + 1, offset }
    const rows = await list(db, actor, page)
    const data = rows.slice(0, limit).map(showEntry)
    return rows.length > limit ? { data, cursor: makeCursor(offset + limit) } : { data }
  },
})

export const getSnippet = operation({
  name: 'snippets.get',
  about: 'Gets one SQL snippet with its text.',
  rest: { method: 'GET', path: '/v1/snippets/:id', status: 200, id: 'v1-get-a-snippet', tag },
  scope: onAccount(),
  input: z.object({ id: z.uuid() }),
  output: Snippet,
  run: async ({ db, actor }, { id }) => {
    checkToken(actor)
    const row = await findSnippet(db, actor, id)
    if (row === undefined) throw errors.snippetNotFound()
    return show(row)
  },
})

export const createSnippet = operation({
  name: 'snippets.create',
  about: 'Keeps an SQL snippet with a project.',
  rest: {
    method: 'POST',
    path: '/platform/projects/:ref/snippets',
    status: 201,
    id: 'create-snippet',
    tag,
  },
  scope: onProject('database_write'),
  input: z.object({
    ...byRef,
    name: z.string().min(1).max(255),
    description: z.string().max(10_000).nullable().default(null),
    visibility: Visibility.default('user'),
    favorite: z.boolean().default(false),
    sql: z.string().max(1_000_000),
  }),
  output: Snippet,
  run: async ({ db, actor }, { ref, sql, ...wish }) => {
    const content = { sql, schema_version: '1.0' }
    const id = await insertSnippet(db, ref, actor.accountId, { ...wish, content })
    const row = await findSnippet(db, actor, id)
    if (row === undefined) throw errors.snippetNotFound()
    return show(row)
  },
})

export const deleteSnippet = operation({
  name: 'snippets.delete',
  about: 'Removes an SQL snippet.',
  rest: {
    method: 'DELETE',
    path: '/platform/projects/:ref/snippets/:id',
    status: 204,
    id: 'delete-snippet',
    tag,
  },
  scope: onProject('database_write'),
  input: z.object({ ...byRef, id: z.uuid() }),
  output: nothing,
  run: async ({ db, actor }, { ref, id }) => {
    if ((await removeSnippet(db, ref, id, actor.accountId)) === 0) throw errors.snippetNotFound()
  },
})
