// Names of the databases and schemas of a project: where tools begin to look.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { withProjectSql } from './project-sql.ts'

const Named = z.object({ name: z.string() })
const query = `
  select nspname as name from pg_namespace
   where nspname !~ '^pg_(toast|temp)' order by nspname`

export const getContext = operation({
  name: 'database.context',
  about: 'Lists the databases of a project and their schemas.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/database/context',
    status: 200,
    id: 'v1-get-database-metadata',
    tag: 'Database',
  },
  scope: onProject('database_read'),
  input: z.object(byRef),
  output: z.object({ databases: z.array(Named.extend({ schemas: z.array(Named) })) }),
  run: (call, { ref }) =>
    withProjectSql(call, ref, { as: 'reader', searchPath: '' }, async (session) => {
      const [database] = z.array(Named).parse(await session.query('select current_database() as name', []))
      const schemas = z.array(Named).parse(await session.query(query, []))
      return { databases: database === undefined ? [] : [{ ...database, schemas }] }
    }),
})
