// Statements on the table `notebooks`.

import { type Queries, raw, sql } from '@plinth/postgres'
import type { Content } from './notebook-shape.ts'
import { joinPeople, peopleColumns } from './people.ts'

type Person = { readonly id: number; readonly username: string } | null

export type NotebookRow = {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly favorite: boolean
  readonly content: Content
  readonly inserted_at: string
  readonly updated_at: string
  readonly owner: Person
  readonly updated_by: Person
}

const columns = raw('s.id, s.name, s.description, s.favorite, s.content, s.inserted_at, s.updated_at')

export type NotebookPage = {
  readonly name: string | undefined
  readonly sort: 'name' | '-name' | 'inserted_at' | '-inserted_at'
  readonly limit: number
  readonly offset: number
}

const orders = {
  name: raw('s.name, s.id'),
  '-name': raw('s.name desc, s.id'),
  inserted_at: raw('s.inserted_at, s.id'),
  '-inserted_at': raw('s.inserted_at desc, s.id'),
}

export const listNotebooks = (
  db: Queries,
  ref: string,
  page: NotebookPage,
): Promise<readonly NotebookRow[]> =>
  db.query<NotebookRow>(sql`
    select ${columns}, ${peopleColumns} from notebooks s ${joinPeople}
     where s.ref = ${ref}
       and (${page.name ?? null}::text is null or position(lower(${page.name ?? null}) in lower(s.name)) > 0)
     order by ${orders[page.sort]} limit ${page.limit} offset ${page.offset}`)

export const findNotebook = (db: Queries, ref: string, id: string): Promise<NotebookRow | undefined> =>
  db.maybe<NotebookRow>(sql`
    select ${columns}, ${peopleColumns} from notebooks s ${joinPeople} where s.ref = ${ref} and s.id = ${id}`)

export type NotebookEdit = Pick<NotebookRow, 'name' | 'description' | 'favorite' | 'content'>

export const insertNotebook = async (
  db: Queries,
  ref: string,
  ownerId: string,
  wish: NotebookEdit,
): Promise<string> => {
  const { id } = await db.one<{ id: string }>(sql`
    insert into notebooks (ref, owner_id, updated_by, name, description, favorite, content)
    values (${ref}, ${ownerId}, ${ownerId}, ${wish.name}, ${wish.description}, ${wish.favorite},
            ${{ json: wish.content }})
    returning id`)
  return id
}

export const updateNotebook = async (
  db: Queries,
  id: string,
  accountId: string,
  wish: NotebookEdit,
): Promise<void> => {
  await db.run(sql`
    update notebooks
       set name = ${wish.name}, description = ${wish.description}, favorite = ${wish.favorite},
           content = ${{ json: wish.content }}, updated_by = ${accountId}, updated_at = now()
     where id = ${id}`)
}

export const removeNotebook = (db: Queries, ref: string, id: string): Promise<number> =>
  db.run(sql`delete from notebooks where ref = ${ref} and id = ${id}`)
