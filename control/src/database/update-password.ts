// A new password for the owner's role `postgres`. It stands in the spec; the host gives it to the database, at once
// when that runs, so that neither ever has a password the other does not know.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'

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
      const passwords = { ...spec.database.passwords, postgres: password }
      return {
        result: { message: 'Password updated' },
        spec: { ...spec, database: { ...spec.database, passwords } },
      }
    }),
})
