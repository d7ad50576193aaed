// Codes and links that prove an address. The database keeps a digest of address and code; the digest is
// what a link carries, so a link and a code are two ways to say the same.

import { createHash, randomInt } from 'node:crypto'
import { isEqual } from '@plinth/crypto'

export const newCode = (length: number): string => String(randomInt(10 ** length)).padStart(length, '0')

export const hashCode = (address: string, code: string): string =>
  createHash('sha224')
    .update(address + code)
    .digest('hex')

/** Marks digests whose link must end in a code of its own instead of a session. */
export const pkcePrefix = 'pkce_'

export const isPkceHash = (hash: string): boolean => hash.startsWith(pkcePrefix)

/** Compares a digest with the stored one, with or without the mark. */
export const isHashOf = (given: string, stored: string): boolean =>
  stored !== '' && (isEqual(given, stored) || isEqual(pkcePrefix + given, stored))
