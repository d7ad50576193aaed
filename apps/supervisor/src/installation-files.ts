// The file that the launcher made for us: the control database's passwords, sealed.

import { readSealedFile } from '@plinth/crypto'
import { SystemSecrets } from './config.ts'
import { errors } from './errors.ts'

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const readSystemSecrets = async (file: string, key: Buffer): Promise<SystemSecrets> => {
  const secrets = SystemSecrets.safeParse(parseJson((await readSealedFile(file, key)) ?? ''))
  if (!secrets.success) throw errors.badSecrets(file)
  return secrets.data
}
