// Hashing and checking of people's passwords, always on the thread pool. New hashes are bcrypt; hashes
// brought along from elsewhere may be argon2 or Firebase's scrypt.

import { createRequire } from 'node:module'
import { hashLanes } from './hash-lanes.ts'
import { isArgon2Hash, verifyArgon2 } from './password-argon2.ts'
import { isFirebaseHash, verifyFirebase } from './password-firebase.ts'

/** Loaded with the first password: many a process never sees one. */
const library = (): typeof import('@node-rs/bcrypt') => createRequire(import.meta.url)('@node-rs/bcrypt')

/** 65 ms on the machine of reference; the same as upstream's default. */
const cost = 10

/** Bytes beyond this one would not count: bcrypt's limit. Callers refuse longer passwords. */
export const maxPasswordBytes = 72

export const hashPassword = (password: string): Promise<string> =>
  hashLanes(() => library().hash(password, { cost, version: '2a' }))

const isBcryptHash = (text: string): boolean => {
  try {
    library().parseOptions(text)
    return true
  } catch {
    return false
  }
}

/** Whether the text is a hash that `verifyPassword` understands and can afford. */
export const isPasswordHash = (text: string): boolean =>
  isArgon2Hash(text) || isFirebaseHash(text) || isBcryptHash(text)

const verifyKind = async (password: string, hashed: string): Promise<boolean> => {
  if (hashed.startsWith('$argon2')) return verifyArgon2(password, hashed)
  if (hashed.startsWith('$fbscrypt')) return verifyFirebase(password, hashed)
  return isBcryptHash(hashed) && library().verify(password, hashed)
}

/** False for a wrong password and for a hash of an unknown kind. */
export const verifyPassword = (password: string, hashed: string): Promise<boolean> =>
  hashLanes(() => verifyKind(password, hashed))
