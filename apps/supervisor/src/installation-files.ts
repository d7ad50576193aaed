// The two files that the launcher made for us: the key that seals, and the control database's passwords.

import { readFile } from 'node:fs/promises'
import { SystemSecrets } from './config.ts'
import { errors } from './errors.ts'

export const readInstallationKey = async (file: string): Promise<Buffer> => {
  const text = (await readFile(file, 'utf8')).trim()
  if (!/^[0-9a-f]{64}$/i.test(text)) throw errors.badKey(file)
  return Buffer.from(text, 'hex')
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const readSystemSecrets = async (file: string): Promise<SystemSecrets> => {
  const secrets = SystemSecrets.safeParse(parseJson(await readFile(file, 'utf8')))
  if (!secrets.success) throw errors.badSecrets(file)
  return secrets.data
}
