// A new password for the owner's role `postgres`.

import { scramVerifier } from '@plinth/crypto'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'
import { withProjectSql } from './project-sql.ts'

export const updatePassword = operation({
  name: 'database.password',
  about: 'Sets the password of the database role postgres.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/database/password',
    status: 200,
    id: 'v1-update-database-password',
    tag: 'Database',
  },
  scope: onProject('database_config_write'),
  input: z.object({
    ...byRef,
    password: z.string().min(4),
  }),
  output: z.object({ message: z.string() }),
  run: (call, { ref, password }) =>
    changeProject(call, ref, 'get a new password', async ({ spec }) => {
      // As a verifier: the password itself never stands in a statement that Postgres may log.
      const verifier = await scramVerifier(password)
      await withProjectSql(call, ref, { as: 'owner' }, (session) =>
        session.script(`alter role postgres password '${verifier}'`),
      )
      const passwords = { ...spec.database.passwords, postgres: password }
      return {
        result: { message: 'Password updated' },
        spec: { ...spec, database: { ...spec.database, passwords } },
      }
    }),
})
