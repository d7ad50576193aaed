// API keys carry a checksum over project, kind and random part.

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { isApiKeyOf, newApiKey, newRef } from '../src/index.ts'

const ref = newRef()

it.each(['publishable', 'secret'] as const)('makes %s keys', (type) => {
  const key = newApiKey(type, ref)
  const [, random = '', check] = /^sb_[a-z]+_(.{22})_(.{8})$/.exec(key) ?? []
  const digest = createHash('sha256').update(`${ref}|sb_${type}_${random}`).digest('base64url')
  expect(check).toBe(digest.slice(0, 8))
  expect(isApiKeyOf(ref, key)).toBe(true)
})

it('tells keys of other projects and mistyped ones', () => {
  const key = newApiKey('secret', ref)
  const mistyped = [
    newApiKey('secret', newRef()),
    `${key}x`,
    key.replace('secret', 'publishable'),
    'sb_secret_',
    '',
  ]
  for (const text of mistyped) expect(isApiKeyOf(ref, text)).toBe(false)
})
