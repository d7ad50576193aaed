// Runs lints on a project's database as the role that reads and cannot write. They look at Postgres' own tables
// and views and with an empty search path, so that no function, operator or view of the owner's has a part in it.

import { isPlinthError } from '@plinth/errors'
import { z } from 'zod'
import { withProjectSql } from '../database/project-sql.ts'
import type { SqlSession } from '../database/sql-session.ts'
import type { Call } from '../frame/call.ts'
import { getProject } from '../projects/queries.ts'
import { getSpec } from '../projects/spec.ts'
import { Finding, type Lint, type LintKind, type SqlLint, showFinding } from './lint.ts'

const health = { level: 'ERROR', category: 'HEALTH' } as const
const page = 'https://supabase.com/docs/guides/troubleshooting'

const finding = (kind: LintKind, entity: string, detail: string): Lint =>
  showFinding(kind, { schema_name: null, entity, type: 'health', detail })

const notActive: LintKind = {
  ...health,
  name: 'project_not_active',
  title: 'Project not active',
  description: 'The project does not run, so its database was not looked at.',
  page,
}
const notReachable: LintKind = {
  ...health,
  name: 'db_not_reachable',
  title: 'Database not reachable',
  description: 'The database did not answer, so it was not looked at.',
  page,
}
const unavailable: LintKind = {
  name: 'advisor_check_unavailable',
  title: 'Check unavailable',
  level: 'INFO',
  category: 'HEALTH',
  description: 'One check could not be made.',
  page,
}

/** A check that fails costs its own findings and nobody else's. */
const runLint = async (session: SqlSession, lint: SqlLint, schemas: readonly string[]): Promise<Lint[]> => {
  try {
    const values = lint.query.includes('$1') ? [schemas] : []
    const rows = z.array(Finding).parse(await session.query(lint.query, values))
    return rows.map((row) => showFinding(lint, row))
  } catch (error) {
    if (!isPlinthError(error) || error.code !== 'sql_failed') throw error
    return [finding(unavailable, lint.name, `The check ${lint.name} failed: ${error.message}`)]
  }
}

const lintDatabase = async (
  session: SqlSession,
  lints: readonly SqlLint[],
  schemas: readonly string[],
): Promise<Lint[]> => {
  const found: Lint[] = []
  for (const lint of lints) found.push(...(await runLint(session, lint, schemas)))
  return found
}

const isRunning = (status: string): boolean => status === 'ACTIVE_HEALTHY' || status === 'ACTIVE_UNHEALTHY'

/** Never fails because of the database: that it cannot be asked is a finding too. */
export const runLints = async (call: Call, ref: string, lints: readonly SqlLint[]): Promise<Lint[]> => {
  const project = await getProject(call.db, ref)
  if (!isRunning(project.status)) return [finding(notActive, ref, `The project is ${project.status}.`)]
  const { rest } = await getSpec(call.db, call.key, ref)
  try {
    return await withProjectSql(call, ref, { as: 'reader', searchPath: '' }, async (session) => {
      await session.script('set default_transaction_read_only = on')
      return lintDatabase(session, lints, rest.schemas)
    })
  } catch (error) {
    if (!isPlinthError(error) || error.kind === 'bug') throw error
    return [finding(notReachable, ref, error.message)]
  }
}
