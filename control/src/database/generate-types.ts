// TypeScript types of a project's database, as the official generator writes them.

import { restApiVersion } from '@plinth/contracts'
import { openPool } from '@plinth/postgres'
import { typescriptTypes } from '@plinth/schema'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { ownerTarget } from './project-sql.ts'

export const generateTypes = operation({
  name: 'database.types',
  about: 'Generates TypeScript types for the tables, views, functions and enums of a project.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/types/typescript',
    status: 200,
    id: 'v1-generate-typescript-types',
    tag: 'Database',
  },
  scope: onProject('database_read'),
  input: z.object({
    ...byRef,
    included_schemas: z.array(z.string()).default(['public']).describe('Schemas, separated by commas.'),
  }),
  output: z.object({ types: z.string() }),
  run: async (call, { ref, included_schemas: schemas }) => {
    const { settings: _, ...connection } = await ownerTarget(call, ref)
    const pool = openPool({ ...connection, size: 1, applicationName: 'plinth management api' })
    try {
      return { types: await typescriptTypes(pool, { schemas, postgrestVersion: restApiVersion }) }
    } finally {
      await pool.close()
    }
  },
})
