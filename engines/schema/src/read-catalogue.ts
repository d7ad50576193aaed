// Reads the whole catalogue in one snapshot: all statements leave together, the value is built from their rows.

import { type Pool, type Statement, sql } from '@plinth/postgres'
import type { Catalogue } from './catalogue.ts'
import { buildCatalogue, type CatalogueRows } from './core/build-catalogue.ts'
import { getServer } from './sql/get-server.ts'
import { listConstraints } from './sql/list-constraints.ts'
import { listFunctions } from './sql/list-functions.ts'
import { listMediaHandlers } from './sql/list-media-handlers.ts'
import { listRelations } from './sql/list-relations.ts'
import { listRepresentations } from './sql/list-representations.ts'
import { listRowFunctions } from './sql/list-row-functions.ts'
import { listRoleSettings } from './sql/list-settings.ts'
import { listViewRules } from './sql/list-view-rules.ts'

/** Which part of a database is served. */
export type Scope = {
  /** Exposed schemas; the first is the default one. */
  readonly schemas: readonly string[]
  /** Where functions and the views below exposed views may live besides. */
  readonly extraSearchPath: readonly string[]
}

/** Anything that runs a transaction: a pool logged in as the role that serves requests. */
export type Transactions = Pick<Pool, 'transaction'>

/** One row of a list. */
type Row<List extends Exclude<keyof CatalogueRows, 'server'>> = CatalogueRows[List][number]

/** Reads what the roles of requests can be offered. Privileges are not looked at: the database checks them. */
export const readCatalogue = (query: Transactions, scope: Scope): Promise<Catalogue> =>
  query.transaction(
    async (session) => {
      const rows = <R extends object>(statement: Statement) => session.query<R>(statement)
      const reachable = [...new Set([...scope.schemas, ...scope.extraSearchPath])]
      const [
        ,
        server,
        relations,
        constraints,
        viewRules,
        rowFunctions,
        functions,
        representations,
        mediaHandlers,
        roleSettings,
      ] = await Promise.all([
        // With an empty search path every name that Postgres prints is qualified. The role of requests may
        // have a timeout meant for requests.
        rows(sql`select set_config('search_path', '', true), set_config('statement_timeout', '60s', true)`),
        session.one<CatalogueRows['server']>(getServer(scope.schemas)),
        rows<Row<'relations'>>(listRelations(scope.schemas)),
        rows<Row<'constraints'>>(listConstraints()),
        rows<Row<'viewRules'>>(listViewRules(reachable)),
        rows<Row<'rowFunctions'>>(listRowFunctions(reachable)),
        rows<Row<'functions'>>(listFunctions(scope.schemas)),
        rows<Row<'representations'>>(listRepresentations()),
        rows<Row<'mediaHandlers'>>(listMediaHandlers(scope.schemas)),
        rows<Row<'roleSettings'>>(listRoleSettings()),
      ])
      return buildCatalogue(scope.schemas, {
        server,
        relations,
        constraints,
        viewRules,
        rowFunctions,
        functions,
        representations,
        mediaHandlers,
        roleSettings,
      })
    },
    { isolation: 'repeatable read', readOnly: true },
  )
