// The passwords that the programs of an installation use among themselves, for looking into its control database.

import { join } from 'node:path'
import { readInstallationKey, readSealedFile } from '@plinth/crypto'

export const readSecrets = async (data: string): Promise<{ readonly controlDatabasePassword: string }> => {
  const key = await readInstallationKey(join(data, 'installation.key'))
  return JSON.parse((await readSealedFile(join(data, 'secrets.json'), key)) ?? '')
}
