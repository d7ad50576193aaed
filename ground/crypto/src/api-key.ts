// The new kind of API keys: `sb_publishable_…` and `sb_secret_…`, opaque, with a checksum that shows
// typing errors and keys of other projects without a look at any table.

import { randomBytes } from 'node:crypto'
import type { ProjectRef } from '@plinth/contracts'
import { isEqual, sha256Base64Url } from './digest.ts'

const prefixes = { publishable: 'sb_publishable_', secret: 'sb_secret_' } as const
const shape = /^(sb_publishable_|sb_secret_)([\w-]{22})_([\w-]{8})$/

const checksum = (ref: string, prefix: string, random: string): string =>
  sha256Base64Url(`${ref}|${prefix}${random}`).slice(0, 8)

export const newApiKey = (type: keyof typeof prefixes, ref: ProjectRef): string => {
  const prefix = prefixes[type]
  const random = randomBytes(16).toString('base64url')
  return `${prefix}${random}_${checksum(ref, prefix, random)}`
}

/** Whether the text is a key made for this project; says nothing about whether it is still valid. */
export const isApiKeyOf = (ref: ProjectRef, key: string): boolean => {
  const [, prefix, random, check] = shape.exec(key) ?? []
  if (prefix === undefined || random === undefined || check === undefined) return false
  return isEqual(check, checksum(ref, prefix, random))
}
