// The rule trees of views: the only place where Postgres keeps which base column a view's column shows.

import { type Statement, sql } from '@plinth/postgres'

export type ViewRuleRow = { readonly id: number; readonly tree: string }

/** Answers `ViewRuleRow`s; `core/rule-tree.ts` reads them. */
export const listViewRules = (schemas: readonly string[]): Statement => sql`
  select c.oid as id, r.ev_action::text as tree
  from pg_namespace n
  join pg_class c on c.relnamespace = n.oid
  join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
  where n.nspname = any(${schemas}::text[]) and c.relkind in ('v', 'm')`
