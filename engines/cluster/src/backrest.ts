// pgBackRest, which carries backups to a bucket: it came with this Postgres, or the machine has it.

import { access, constants } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { clusterErrors } from './errors.ts'
import type { Runtime } from './runtime.ts'

/** The program; fails with what to do where there is none. */
export const findBackrest = async ({ binDir }: Runtime, path = ''): Promise<string> => {
  const folders = [resolve(binDir, '../../../../bin'), binDir, ...path.split(':')]
  for (const folder of folders.filter(Boolean)) {
    const program = join(folder, 'pgbackrest')
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return program
  }
  throw clusterErrors.noBackrest()
}
