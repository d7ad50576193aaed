// The SQL that turns the schema of one database into that of another. A library compares the catalogues and puts the
// statements in order; it is young, so only this file knows it, and our own tests apply what it says and look.

import type { ConnectOptions } from '@plinth/postgres'
import pg from 'pg'
import { errors } from './errors.ts'

export type DiffOptions = {
  /** The database as it is. Both are read as roles that may see the catalogue; nothing is written. */
  readonly from: ConnectOptions
  /** The database as it shall be. */
  readonly to: ConnectOptions
  /** Only objects in these schemas; absent or empty: everything that owners make. */
  readonly schemas?: readonly string[] | undefined
  /** Longest a reading of one catalogue may take. */
  readonly timeoutMs?: number | undefined
}

/** Statements that belong in one transaction, or one that must stand outside of any. */
export type SchemaChange = { readonly sql: string; readonly isTransactional: boolean }

export type SchemaDiff = {
  /** Ready to be run from the top; empty when the two are equal. */
  readonly sql: string
  readonly changes: readonly SchemaChange[]
  /** Kinds of objects that are not compared and of which the two do not have the same, in words for the owner. */
  readonly notCompared: readonly string[]
}

/** On first use: whoever compares nothing does not pay for the library. */
const load = async () => {
  const [{ plan }, { segmentActions }, { resolveProfile, supabaseProfile }] = await Promise.all([
    import('@supabase/pg-delta/plan'),
    import('@supabase/pg-delta/apply'),
    import('@supabase/pg-delta/integrations'),
  ])
  return { plan, segmentActions, resolveProfile, supabaseProfile }
}
type Library = Awaited<ReturnType<typeof load>>
type Policy = NonNullable<Library['supabaseProfile']['policy']>

const defaultTimeoutMs = 60_000

const withPool = async <T>(options: ConnectOptions, work: (pool: pg.Pool) => Promise<T>): Promise<T> => {
  const { socketDir, ...rest } = options
  const pool = new pg.Pool({ ...rest, host: socketDir, max: 1, application_name: 'plinth schema diff' })
  pool.on('error', () => undefined)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

/** What owners make in these schemas. Roles, publications and extensions stand in none. */
const limit = (policy: Policy, schemas: readonly string[]): Policy => {
  const inside = [{ schema: [...schemas] }, { all: [{ kind: 'schema' as const }, { name: [...schemas] }] }]
  const about = [{ schema: [...schemas] }, { kind: 'schema' as const, name: [...schemas] }]
  return {
    ...policy,
    id: 'plinth-schemas',
    filter: [
      {
        match: { not: { any: [...inside, ...about.map((target) => ({ target }))] } },
        action: 'exclude',
      },
    ],
    extends: [policy],
  }
}

/** Throws `schema_not_comparable` when the library cannot order the difference. */
export const diffSchemas = async (options: DiffOptions): Promise<SchemaDiff> => {
  const { schemas = [], timeoutMs = defaultTimeoutMs } = options
  const library = await load()
  const { supabaseProfile } = library
  const { policy } = supabaseProfile
  const profile =
    schemas.length === 0 || policy === undefined
      ? supabaseProfile
      : { ...supabaseProfile, policy: limit(policy, schemas) }
  return withPool(options.from, (from) =>
    withPool(options.to, async (to) => {
      const resolved = await library.resolveProfile(from, profile, { restrictToApplier: true })
      const limits = { statementTimeoutMs: timeoutMs }
      const [present, wanted] = await Promise.all([
        resolved.extract(from, limits),
        resolved.extract(to, limits),
      ])
      return render(library, resolved, present, wanted)
    }),
  )
}

type Resolved = Awaited<ReturnType<Library['resolveProfile']>>
type Extracted = Awaited<ReturnType<Resolved['extract']>>

/** Each says which kind and how many: where both say the same, nothing of it was likely changed. */
const unknownKinds = ({ diagnostics }: Extracted): Set<string> =>
  new Set(diagnostics.filter(({ code }) => code === 'unmodeled_kind').map(({ message }) => message))

type Plan = ReturnType<Library['plan']>

/** Statements that go together; settings they need (bodies of functions are not checked) go along. */
const write = ({ segmentActions }: Library, { actions, preamble }: Plan): readonly SchemaChange[] => {
  // Names are written with their schemas; a path set here would also hold for whatever runs afterwards.
  const settings = preamble.filter(({ name }) => name !== 'search_path')
  return segmentActions(actions).map(({ start, end, transactional: isTransactional }) => {
    const set = settings.map(({ name, value }) => `set ${isTransactional ? 'local ' : ''}${name} = ${value}`)
    const statements = [...set, ...actions.slice(start, end).map(({ sql }) => sql.trim().replace(/;$/, ''))]
    if (!isTransactional && set.length > 0) statements.push('reset all')
    return { sql: `${statements.join(';\n\n')};\n`, isTransactional }
  })
}

const render = (
  library: Library,
  { planOptions }: Resolved,
  present: Extracted,
  wanted: Extracted,
): SchemaDiff => {
  try {
    const changes = write(
      library,
      library.plan(present.factBase, wanted.factBase, {
        ...planOptions,
        scope: 'database',
        defaultOwner: 'postgres',
      }),
    )
    const notCompared = [...unknownKinds(present).symmetricDifference(unknownKinds(wanted))]
    return { sql: changes.map(({ sql }) => sql).join('\n'), changes, notCompared }
  } catch (error) {
    throw errors.notComparable(error instanceof Error ? error.message : String(error))
  }
}
