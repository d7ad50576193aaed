// Makes API keys: sealed for owners who ask again, hashed for gateways.

import { randomUUID } from 'node:crypto'
import { ProjectRef } from '@plinth/contracts'
import { newApiKey, seal, sha256Base64Url, signHs256 } from '@plinth/crypto'
import type { NewKey } from './rows.ts'

const legacyPrefix = 5
const secretPrefix = 'sb_secret_'.length + 5
const tenYears = 10 * 365.25 * 24 * 60 * 60

type Wish = Pick<NewKey, 'ref' | 'type' | 'name'> &
  Partial<Pick<NewKey, 'description' | 'secret_jwt_template'>>

const keep = (key: Buffer, wish: Wish, text: string): NewKey => ({
  id: randomUUID(),
  description: null,
  secret_jwt_template: null,
  ...wish,
  prefix: text.slice(0, wish.type === 'legacy' ? legacyPrefix : secretPrefix),
  hash: sha256Base64Url(text),
  sealed: seal(key, text),
})

/** A key of the new kind. */
export const newKey = (key: Buffer, wish: Wish & { readonly type: 'publishable' | 'secret' }): NewKey =>
  keep(key, wish, newApiKey(wish.type, ProjectRef.parse(wish.ref)))

/** A long-lived token for one role, as projects had before there were other keys. */
const legacyKey = (key: Buffer, ref: string, role: 'anon' | 'service_role', jwtSecret: string): NewKey => {
  const iat = Math.floor(Date.now() / 1000)
  const token = signHs256(jwtSecret, { iss: 'supabase', ref, role, iat, exp: iat + tenYears })
  return keep(key, { ref, type: 'legacy', name: role }, token)
}

/** What a project starts with: two legacy keys, one publishable and one secret key. */
export const newProjectKeys = (key: Buffer, ref: string, jwtSecret: string): readonly NewKey[] => [
  legacyKey(key, ref, 'anon', jwtSecret),
  legacyKey(key, ref, 'service_role', jwtSecret),
  newKey(key, { ref, type: 'publishable', name: 'default' }),
  newKey(key, {
    ref,
    type: 'secret',
    name: 'default',
    secret_jwt_template: { role: 'service_role' },
  }),
]
