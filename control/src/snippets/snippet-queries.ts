// Statements on the table `snippets`.

import { type Queries, raw, sql } from '@plinth/postgres'
import type { Actor } from '../frame/caller.ts'
import { joinPeople, peopleColumns } from './people.ts'

type Person = { readonly id: number; readonly username: string } | null

export type SnippetRow = {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly visibility: 'user' | 'project' | 'org' | 'public'
  readonly favorite: boolean
  readonly content: { readonly sql: string; readonly schema_version: string }
  readonly inserted_at: string
  readonly updated_at: string
  readonly project: { readonly id: number; readonly name: string }
  readonly owner: Person
  readonly updated_by: Person
}

const columns =
  raw(`s.id, s.name, s.description, s.visibility, s.favorite, s.content, s.inserted_at, s.updated_at,
  jsonb_build_object('id', p.number, 'name', p.name) as project`)

/** Snippets of projects the caller may see, of others only those they share. */
const visible = (actor: Actor) => sql`
  snippets s join projects p on p.ref = s.ref join members m on m.organization_id = p.organization_id
  ${joinPeople}
  where m.account_id = ${actor.accountId} and p.status <> 'REMOVED'
    and (s.visibility <> 'user' or s.owner_id = ${actor.accountId})
    and (${actor.scope?.projects ?? null}::text[] is null or p.ref = any(${actor.scope?.projects ?? null}::text[]))
    and (${actor.scope?.organizations ?? null}::text[] is null
         or p.organization_id = any(${actor.scope?.organizations ?? null}::text[]))`

export type SnippetPage = {
  readonly ref: string | undefined
  readonly sortBy: 'name' | 'inserted_at'
  readonly order: 'asc' | 'desc'
  readonly limit: number
  readonly offset: number
}

const orders = {
  'name asc': raw('s.name, s.id'),
  'name desc': raw('s.name desc, s.id'),
  'inserted_at asc': raw('s.inserted_at, s.id'),
  'inserted_at desc': raw('s.inserted_at desc, s.id'),
}

export const listSnippets = (db: Queries, actor: Actor, page: SnippetPage): Promise<readonly SnippetRow[]> =>
  db.query<SnippetRow>(sql`
    select ${columns}, ${peopleColumns} from ${visible(actor)}
       and (${page.ref ?? null}::text is null or s.ref = ${page.ref ?? null})
     order by ${orders[`${page.sortBy} ${page.order}`]} limit ${page.limit} offset ${page.offset}`)

export const findSnippet = (db: Queries, actor: Actor, id: string): Promise<SnippetRow | undefined> =>
  db.maybe<SnippetRow>(sql`
    select ${columns}, ${peopleColumns} from ${visible(actor)} and s.id = ${id}`)

export type NewSnippet = Pick<SnippetRow, 'name' | 'description' | 'visibility' | 'favorite' | 'content'>

export const insertSnippet = async (
  db: Queries,
  ref: string,
  ownerId: string,
  snippet: NewSnippet,
): Promise<string> => {
  const { id } = await db.one<{ id: string }>(sql`
    insert into snippets (ref, owner_id, updated_by, name, description, visibility, favorite, content)
    values (${ref}, ${ownerId}, ${ownerId}, ${snippet.name}, ${snippet.description}, ${snippet.visibility},
            ${snippet.favorite}, ${{ json: snippet.content }})
    returning id`)
  return id
}

/** Number of removed rows: only owners remove what only they see. */
export const removeSnippet = (db: Queries, ref: string, id: string, accountId: string): Promise<number> =>
  db.run(sql`
    delete from snippets
     where ref = ${ref} and id = ${id} and (visibility <> 'user' or owner_id = ${accountId})`)
