// Settings and what they point to: the configuration file, a secret or an address kept in a file of its own.

import { readFileSync } from 'node:fs'
import { type DatabaseSettings, SettingProblem, type SettingValue } from '@plinth/rest'
import { decodeSecret, parseKeys, type TokenKey } from '../auth/keys.ts'
import { parseFile } from './parse-file.ts'
import { type Environment, readSettings, type Settings } from './settings.ts'

export type Loaded = {
  readonly settings: Settings
  /** The secret as it counts; absent without one. */
  readonly secret: Buffer | undefined
  readonly keys: readonly TokenKey[] | undefined
}

export type LoadOptions = {
  readonly env: Environment
  readonly file: string | undefined
  readonly database: DatabaseSettings
  /** What was loaded before: the address stays, and standard input is read once. */
  readonly before?: Loaded | undefined
}

const readText = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new SettingProblem(error instanceof Error ? error.message : String(error))
  }
}

const none: ReadonlyMap<string, SettingValue> = new Map()

/** `@name` is what the file of that name holds, without its last line break. */
const secretOf = ({ jwt }: Settings, before: Loaded | undefined): Buffer | undefined => {
  const { secret, isBase64 } = jwt
  if (secret === null) return undefined
  if (secret === '@/dev/stdin' && before?.settings.jwt.secret === secret) return before.secret
  const bytes = secret.startsWith('@') ? readText(secret.slice(1)) : Buffer.from(secret)
  const chomped = secret.startsWith('@') && bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes
  return isBase64 ? decodeSecret(chomped.toString()) : chomped
}

const uriOf = (uri: string): string => (uri.startsWith('@') ? readText(uri.slice(1)).toString().trim() : uri)

/** Throws `SettingProblem` with everything an operator needs to mend it. */
export const loadSettings = ({ env, file, database, before }: LoadOptions): Loaded => {
  try {
    const inFile = file === undefined ? none : parseFile(readText(file).toString(), env)
    const settings = readSettings({ database, env, file: inFile })
    const secret = secretOf(settings, before)
    const uri = before?.settings.database.uri ?? uriOf(settings.database.uri)
    return {
      settings: { ...settings, database: { ...settings.database, uri } },
      secret,
      keys: secret === undefined ? undefined : parseKeys(secret),
    }
  } catch (error) {
    if (error instanceof SettingProblem) throw new SettingProblem(`Error in config ${error.message}`)
    throw error
  }
}
