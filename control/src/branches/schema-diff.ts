// The difference of two projects' schemas, read as their owners while both are held awake.

import type { ConnectOptions } from '@plinth/postgres'
import { diffSchemas, type SchemaDiff } from '@plinth/schema'
import { type ProjectSqlCall, withHeldTarget } from '../database/project-sql.ts'

export type ProjectsDiff = {
  readonly from: string
  readonly to: string
  readonly schemas?: readonly string[] | undefined
}

const holdMs = 120_000

export const diffProjects = (
  call: ProjectSqlCall,
  { from, to, schemas }: ProjectsDiff,
): Promise<SchemaDiff> =>
  withHeldTarget(call, from, holdMs, (present: ConnectOptions) =>
    withHeldTarget(call, to, holdMs, (wanted: ConnectOptions) =>
      diffSchemas({ from: present, to: wanted, schemas }),
    ),
  )
