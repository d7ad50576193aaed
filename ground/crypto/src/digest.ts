// SHA-256 in the spellings that keys and tokens use, and a comparison that takes the same time for any input.

import { hash, timingSafeEqual } from 'node:crypto'

/** 43 characters; the `hash` field of API keys. */
export const sha256Base64Url = (text: string | Buffer): string => hash('sha256', text, 'base64url')

export const sha256Hex = (text: string | Buffer): string => hash('sha256', text, 'hex')

/** Compares digests, so that neither content nor length shows in the time taken. */
export const isEqual = (left: string, right: string): boolean =>
  timingSafeEqual(hash('sha256', left, 'buffer'), hash('sha256', right, 'buffer'))
