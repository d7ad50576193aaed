// SQL of the owner: the SQL editor, agents, tools.

import { z } from 'zod'
import { errors as frameErrors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { runAsOwner, runAsReader } from './run-sql.ts'

const Rows = z.array(z.record(z.string(), z.unknown()))
const sql = {
  query: z.string().min(1).describe('One or several statements; several only without parameters.'),
  parameters: z.array(z.unknown()).optional().describe('Values of $1, $2 and so on.'),
}

export const runQuery = operation({
  name: 'database.query',
  about: 'Runs SQL and returns the rows of the last statement that gave any.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/database/query',
    status: 201,
    id: 'v1-run-a-query',
    tag: 'Database',
  },
  scope: onProject('database_write', 'database_read'),
  input: z.object({
    ...byRef,
    ...sql,
    read_only: z.boolean().default(false).describe('Run as a role that reads everything and writes nothing.'),
  }),
  output: Rows,
  run: async (call, { ref, read_only, ...wish }) => {
    if (!read_only && !call.may('database_write')) throw frameErrors.forbidden(['database_write'])
    return [...(await (read_only ? runAsReader : runAsOwner)(call, ref, wish))]
  },
})

export const runReadOnlyQuery = operation({
  name: 'database.query-read-only',
  about: 'Runs SQL that only reads; names must carry their schema.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/database/query/read-only',
    status: 201,
    id: 'v1-read-only-query',
    tag: 'Database',
  },
  scope: onProject('database_read'),
  input: z.object({ ...byRef, ...sql }),
  output: Rows,
  run: async (call, { ref, ...wish }) => [...(await runAsReader(call, ref, wish, ''))],
})
