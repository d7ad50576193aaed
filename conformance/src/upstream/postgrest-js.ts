// The suite of postgrest-js against a stack that is configured as its local set-up is.

import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Installation } from '@plinth/e2e'
import { openBranch } from '../branch.ts'
import type { CaseResult } from '../score.ts'
import { runSuite } from './jest.ts'

const folder = 'packages/core/postgrest-js'
const port = 54_321

export const postgrestJs = async (
  installation: Installation,
  checkout: string,
): Promise<readonly CaseResult[]> => {
  const branch = await openBranch(installation, {
    jwtSecret: 'super-secret-jwt-token-with-at-least-32-characters-long',
    rest: {
      schemas: ['public', 'personal', 'graphql_public'],
      extraSearchPath: ['public', 'extensions'],
      maxRows: 1000,
    },
  })
  const database = join(checkout, folder, 'test/supabase')
  for (const file of (await Array.fromAsync(glob('migrations/*.sql', { cwd: database }))).sort())
    await branch.sql(await readFile(join(database, file), 'utf8'))
  await branch.sql(await readFile(join(database, 'seed.sql'), 'utf8'))
  await branch.sql("notify pgrst, 'reload config'; notify pgrst, 'reload schema'")
  const server = await branch.expose(port)
  try {
    return await runSuite({ checkout, folder, config: 'jest.config.ts' })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
