// The file that names the bucket for backups.

import { readFile } from 'node:fs/promises'
import { BackupBucket } from '@plinth/contracts'
import { errors } from './errors.ts'

export const readBackupBucket = async (file: string): Promise<BackupBucket> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw errors.badBackupFile(file, 'it cannot be read')
  try {
    const { success, data, error } = BackupBucket.safeParse(JSON.parse(text))
    if (success) return data
    throw new Error(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  } catch (error) {
    throw errors.badBackupFile(
      file,
      error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message,
    )
  }
}
