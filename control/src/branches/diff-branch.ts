// The SQL that brings production to where a branch is.

import { z } from 'zod'
import { Download } from '../frame/download.ts'
import { operation } from '../frame/operation.ts'
import { onBranch } from '../frame/scopes.ts'
import { tag } from './create-branch.ts'
import { byBranch, getBranch } from './read-branches.ts'
import { diffProjects } from './schema-diff.ts'

export const diffBranch = operation({
  name: 'branches.diff',
  about: 'Shows, as SQL, what the schema of a branch has that production has not. Nothing is changed.',
  rest: {
    method: 'GET',
    path: '/v1/branches/:branch_id_or_ref/diff',
    status: 200,
    id: 'v1-diff-a-branch',
    tag,
  },
  scope: onBranch('branching_production_write', 'branching_development_write'),
  input: z.object({
    ...byBranch,
    included_schemas: z.array(z.string()).optional().describe('Only these schemas; all of them otherwise.'),
    pgdelta: z.boolean().optional().describe('Ignored: the library of that name always compares.'),
  }),
  output: z.instanceof(Download),
  run: async (call, { branch_id_or_ref, included_schemas }) => {
    const { ref, parent_ref, is_default } = await getBranch(call, branch_id_or_ref)
    const schemas = included_schemas?.map((name) => name.trim()).filter((name) => name !== '')
    const { sql, notCompared } = is_default
      ? { sql: '', notCompared: [] }
      : await diffProjects(call, { from: parent_ref, to: ref, schemas })
    const notes = notCompared.map((line) => `-- Not compared: ${line}\n`)
    return new Download('text/plain; charset=utf-8', Buffer.from(notes.join('') + sql))
  },
})
