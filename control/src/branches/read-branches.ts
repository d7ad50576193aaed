// Branches as a list, by name, and one of them with everything needed to connect to it.

import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onBranch, onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { projectStatus } from '../projects/project-status.ts'
import { getProject } from '../projects/queries.ts'
import { getSpec } from '../projects/spec.ts'
import { Branch, showBranch } from './branch-reply.ts'
import { tag } from './create-branch.ts'
import { errors } from './errors.ts'
import { findBranch, listBranches as list } from './queries.ts'
import type { BranchRow } from './rows.ts'
import { noticeSecret } from './runs/notify.ts'

export const byBranch = { branch_id_or_ref: z.string() }

/** The scope check has found it a moment ago. */
export const getBranch = async ({ db }: Pick<Call, 'db'>, address: string): Promise<BranchRow> => {
  const branch = await findBranch(db, address)
  if (branch === undefined) throw errors.notFound()
  return branch
}

const readScope = ['branching_production_read', 'branching_development_read'] as const
const path = '/v1/projects/:ref/branches'

export const listBranches = operation({
  name: 'branches.list',
  about: 'Lists the branches of a project, the default one first.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-all-branches', tag },
  scope: onProject(...readScope),
  input: z.object(byRef),
  output: z.array(Branch),
  run: async ({ db }, { ref }) => {
    const rows = await list(db, ref)
    if (rows.length === 0) throw errors.disabled()
    return rows.map(showBranch)
  },
})

export const getBranchByName = operation({
  name: 'branches.get-by-name',
  about: 'Gets a branch of a project by its name.',
  rest: { method: 'GET', path: `${path}/:name`, status: 200, id: 'v1-get-a-branch', tag },
  scope: onProject(...readScope),
  input: z.object({ ...byRef, name: z.string() }),
  output: Branch,
  run: async ({ db }, { ref, name }) => {
    const found = (await list(db, ref)).find((row) => row.name === name)
    if (found === undefined) throw errors.notFound()
    return showBranch(found)
  },
})

const Connection = z.object({
  ref: z.string(),
  postgres_version: z.string(),
  postgres_engine: z.string(),
  release_channel: z.string(),
  status: z.enum(projectStatus.states as [string, ...string[]]),
  db_host: z.string(),
  db_port: z.int(),
  db_user: z.string().optional(),
  db_pass: z.string().optional(),
  jwt_secret: z.string().optional(),
  notify_secret: z.string().optional().describe('What calls of notify_url are signed with.'),
})

/** Whoever may only read a branch would get the right to write with its password. */
const secretsOf = async (call: Call, branch: BranchRow) => {
  const mayHave = branch.is_default
    ? call.may('branching_production_write') && call.may('project_admin_write')
    : call.may('branching_production_write') || call.may('branching_development_write')
  if (!mayHave) return {}
  const spec = await getSpec(call.db, call.key, branch.ref)
  return {
    db_user: 'postgres',
    db_pass: spec.database.passwords.postgres,
    jwt_secret: spec.jwt.secret,
    notify_secret: noticeSecret(call, branch.ref),
  }
}

export const getBranchConfig = operation({
  name: 'branches.get',
  about:
    'Gets what is needed to connect to the database of a branch; secrets only for whoever may write to it.',
  rest: {
    method: 'GET',
    path: '/v1/branches/:branch_id_or_ref',
    status: 200,
    id: 'v1-get-a-branch-config',
    tag,
  },
  scope: onBranch(...readScope),
  input: z.object(byBranch),
  output: Connection,
  run: async (call, { branch_id_or_ref }) => {
    const branch = await getBranch(call, branch_id_or_ref)
    const project = await getProject(call.db, branch.ref)
    return {
      ref: branch.ref,
      postgres_version: project.postgres_version ?? '17',
      postgres_engine: '17',
      release_channel: 'ga',
      status: project.status,
      db_host: `db.${branch.ref}.${call.settings.domain}`,
      db_port: call.settings.databasePort,
      ...(await secretsOf(call, branch)),
    }
  },
})
