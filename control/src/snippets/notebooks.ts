// Notebooks of a project.

import { type Queries, sql } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { PageLinks, pageInput, readPage, showPage } from '../frame/pages.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import {
  findNotebook,
  insertNotebook,
  listNotebooks as list,
  type NotebookRow,
  removeNotebook,
  updateNotebook as update,
} from './notebook-queries.ts'
import { ContentInput, editable, Notebook, NotebookEntry, readContent } from './notebook-shape.ts'

const path = '/v2/projects/:ref/notebooks'
const tag = 'Notebooks'
const byId = { ...byRef, id: z.uuid() }

const showEntry = ({ id, content: _, ...attributes }: NotebookRow): z.infer<typeof NotebookEntry> => ({
  type: 'notebook',
  id,
  attributes,
})

const getOne = async (db: Queries, ref: string, id: string) => {
  const row = await findNotebook(db, ref, id)
  if (row === undefined) throw errors.notebookNotFound()
  return row
}

const show = ({ id, ...attributes }: NotebookRow): { data: z.infer<typeof Notebook> } => ({
  data: { type: 'notebook', id, attributes },
})

const Reply = z.object({ data: Notebook })

export const listNotebooks = operation({
  name: 'notebooks.list',
  about: 'Lists the notebooks of a project in pages.',
  rest: { method: 'GET', path, status: 200, id: 'v2ListNotebooks', tag },
  scope: onProject('snippets_read'),
  input: z.object({
    ...byRef,
    ...pageInput,
    'filter[name]': z.string().min(1).optional(),
    sort: z.enum(['name', '-name', 'inserted_at', '-inserted_at']).default('-inserted_at'),
  }),
  output: z.object({ data: z.array(NotebookEntry), links: PageLinks }),
  run: async ({ db }, { ref, sort, ...page }) => {
    const found = await list(db, ref, { name: page['filter[name]'], sort, ...readPage(page) })
    const { rows, links } = showPage(found, page, `/v2/projects/${ref}/notebooks`, { sort })
    return { data: rows.map(showEntry), links }
  },
})

const dataOf = <T extends z.ZodType>(attributes: T) => z.object({ type: z.literal('notebook'), attributes })

export const createNotebook = operation({
  name: 'notebooks.create',
  about: 'Creates a notebook.',
  rest: { method: 'POST', path, status: 200, id: 'v2CreateNotebook', tag },
  scope: onProject('database_write'),
  input: z.object({ ...byRef, data: dataOf(z.object({ ...editable, content: ContentInput })) }),
  output: Reply,
  run: async ({ db, actor }, { ref, data }) => {
    const { name, description = null, favorite = false, content } = data.attributes
    const wish = { name, description, favorite, content: readContent(content) }
    return show(await getOne(db, ref, await insertNotebook(db, ref, actor.accountId, wish)))
  },
})

export const getNotebook = operation({
  name: 'notebooks.get',
  about: 'Gets one notebook with its cells.',
  rest: { method: 'GET', path: `${path}/:id`, status: 200, id: 'v2GetNotebook', tag },
  scope: onProject('snippets_read'),
  input: z.object(byId),
  output: Reply,
  run: async ({ db }, { ref, id }) => show(await getOne(db, ref, id)),
})

export const updateNotebook = operation({
  name: 'notebooks.update',
  about: 'Changes a notebook; cells are replaced as a whole.',
  rest: { method: 'PATCH', path: `${path}/:id`, status: 200, id: 'v2UpdateNotebook', tag },
  scope: onProject('database_write'),
  input: z.object({
    ...byId,
    data: dataOf(z.object({ ...editable, content: ContentInput }).partial()),
  }),
  output: Reply,
  run: ({ db, actor }, { ref, id, data }) =>
    db.transaction(async (session) => {
      await session.run(sql`select 1 from notebooks where id = ${id} for update`)
      const old = await getOne(session, ref, id)
      const { content, ...edit } = data.attributes
      await update(session, id, actor.accountId, {
        name: edit.name ?? old.name,
        description: edit.description ?? old.description,
        favorite: edit.favorite ?? old.favorite,
        content: content === undefined ? old.content : readContent(content),
      })
      return show(await getOne(session, ref, id))
    }),
})

export const deleteNotebook = operation({
  name: 'notebooks.delete',
  about: 'Removes a notebook.',
  rest: { method: 'DELETE', path: `${path}/:id`, status: 200, id: 'v2DeleteNotebook', tag },
  scope: onProject('database_write'),
  input: z.object(byId),
  output: nothing,
  run: async ({ db }, { ref, id }) => {
    if ((await removeNotebook(db, ref, id)) === 0) throw errors.notebookNotFound()
  },
})
