// What the connection keywords say about encryption, with the files they name.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseTls, TlsMode } from '@plinth/postgres'
import { SettingProblem } from '@plinth/rest'
import type { Word } from './connection-words.ts'

const modes: readonly TlsMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

const oneOf = <T extends string>(word: Word, name: string, known: readonly T[]): T | undefined => {
  const given = word(name)
  const found = known.find((each) => each.toLowerCase() === given?.toLowerCase())
  if (given !== undefined && found === undefined)
    throw new SettingProblem(`invalid ${name} value: "${given}"`)
  return found
}

const read = (path: string, what: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new SettingProblem(
      `could not read ${what} file "${path}": ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** A file that was named must be there; libpq's usual place for it need not. */
const file = (named: string | undefined, usual: string, what: string): string | undefined => {
  if (named !== undefined) return read(named, what)
  return existsSync(usual) ? read(usual, what) : undefined
}

const modeOf = (word: Word): TlsMode => {
  const usesSystem = word('sslrootcert') === 'system'
  const mode = oneOf(word, 'sslmode', modes) ?? (usesSystem ? 'verify-full' : 'prefer')
  if (usesSystem && mode !== 'verify-full')
    throw new SettingProblem(
      `weak sslmode "${mode}" may not be used with sslrootcert=system (use "verify-full")`,
    )
  return mode
}

const authorities = (word: Word, mode: TlsMode, usual: string): string | undefined => {
  const named = word('sslrootcert')
  if (named === 'system') return undefined
  const ca = file(named, usual, 'root certificate')
  if (ca === undefined && mode.startsWith('verify-'))
    throw new SettingProblem(
      `root certificate file "${usual}" does not exist. Either provide the file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.`,
    )
  return ca
}

const refuse = (word: Word, name: string, value: string): void => {
  if (word(name) === value) throw new SettingProblem(`${name}=${value} is not offered by plinth rest`)
}

/** `home` is the folder whose `.postgresql` holds the usual files. Throws `SettingProblem`. */
export const tlsOf = (word: Word, home: string): DatabaseTls => {
  refuse(word, 'channel_binding', 'require')
  refuse(word, 'gssencmode', 'require')
  const mode = modeOf(word)
  if (mode === 'disable') return { mode }
  const usual = (name: string) => join(home, '.postgresql', name)
  const isDirect = oneOf(word, 'sslnegotiation', ['postgres', 'direct']) === 'direct'
  if (isDirect && (mode === 'allow' || mode === 'prefer'))
    throw new SettingProblem(
      `weak sslmode "${mode}" may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")`,
    )
  const cert = file(word('sslcert'), usual('postgresql.crt'), 'certificate')
  return {
    mode,
    isDirect,
    ca: authorities(word, mode, usual('root.crt')),
    crl: file(word('sslcrl'), usual('root.crl'), 'certificate revocation list'),
    cert,
    key: cert === undefined ? undefined : file(word('sslkey'), usual('postgresql.key'), 'private key'),
    passphrase: word('sslpassword'),
    minVersion: oneOf(word, 'ssl_min_protocol_version', versions),
    tellsName: word('sslsni') !== '0',
  }
}
