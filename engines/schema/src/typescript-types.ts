// Reads what generated types are made of, in one snapshot, and prints it.

import { type Statement, sql } from '@plinth/postgres'
import type { Transactions } from './read-catalogue.ts'
import { listConstraints } from './sql/list-constraints.ts'
import { listSchemas } from './sql/list-schemas.ts'
import { listTypedFunctions } from './sql/list-typed-functions.ts'
import { listTypedRelations } from './sql/list-typed-relations.ts'
import { listTypes } from './sql/list-types.ts'
import { listViewRules } from './sql/list-view-rules.ts'
import { gatherFacts, type TypeRows } from './typescript/facts.ts'
import { print } from './typescript/print.ts'

export type TypescriptOptions = {
  readonly schemas: readonly string[]
  /** Tells one-to-one relationships apart; on unless it is switched off. */
  readonly detectOneToOne?: boolean
  /** What the file says the API speaks (`14.1`); null leaves it out. */
  readonly postgrestVersion?: string | null
}

/** The TypeScript file that describes the schemas to client libraries. */
export const typescriptTypes = async (query: Transactions, options: TypescriptOptions): Promise<string> => {
  const rows = await query.transaction(
    async (session): Promise<TypeRows> => {
      const list = <List extends keyof TypeRows>(statement: Statement) =>
        session.query<TypeRows[List][number]>(statement)
      const [, schemas, relations, constraints, viewRules, functions, types] = await Promise.all([
        // Overloads are ordered by their arguments' text, in which names of these schemas stand alone.
        session.query(sql`select set_config('search_path', 'public, extensions', true)`),
        list<'schemas'>(listSchemas(options.schemas)),
        list<'relations'>(listTypedRelations(options.schemas)),
        list<'constraints'>(listConstraints()),
        list<'viewRules'>(listViewRules(options.schemas)),
        list<'functions'>(listTypedFunctions(options.schemas)),
        list<'types'>(listTypes()),
      ])
      return { schemas, relations, constraints, viewRules, functions, types }
    },
    { isolation: 'repeatable read', readOnly: true },
  )
  return print(gatherFacts(rows), {
    detectOneToOne: options.detectOneToOne ?? true,
    postgrestVersion: options.postgrestVersion ?? null,
  })
}
