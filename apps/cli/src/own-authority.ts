// The installation's own certificate authority; it and the key that seals its key are made when they are missing.

import { join } from 'node:path'
import { type Authority, openAuthority } from '@plinth/certificates'
import { readInstallationKey } from '@plinth/crypto'
import { openInstallation } from './up/installation.ts'

export const authorityFolder = (data: string): string => join(data, 'tls')

export const openOwnAuthority = async (data: string): Promise<Authority> => {
  const { keyFile } = await openInstallation(data)
  return openAuthority(authorityFolder(data), await readInstallationKey(keyFile))
}
