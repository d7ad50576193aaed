// Profiles of services that a project brought along: standard claims, found where the project says they stand.

import type { CustomProviderRow } from '../sql/find-custom-provider.ts'
import { standardProfile } from './id-token-profile.ts'
import { at, textAt } from './json-path.ts'
import type { Profile } from './profile.ts'

type Mapping = Pick<CustomProviderRow, 'attribute_mapping' | 'custom_claims_allowlist'>

/** `{ email: 'mail.address' }`: our name, and the path in the service's document; anything but a text is the value. */
const applyMapping = (mapping: Readonly<Record<string, unknown>>, document: object): object => {
  const moved = Object.entries(mapping).map(([name, path]) => [
    name,
    typeof path === 'string' ? (at(document, path) ?? at(document, ...path.split('.'))) : path,
  ])
  return Object.fromEntries(moved.filter(([, value]) => value !== undefined))
}

export const customProfile = (row: Mapping, iss: string, told: unknown): Profile => {
  const document = Object(told)
  const sub = textAt(document, 'sub') || textAt(document, 'id') || textAt(document, 'user_id')
  const claims = { ...document, sub, iss, ...applyMapping(row.attribute_mapping ?? {}, document) }
  const profile = standardProfile(claims)
  const kept = row.custom_claims_allowlist.filter((name) => at(document, name) !== undefined)
  if (kept.length === 0) return profile
  const custom_claims = Object.fromEntries(kept.map((name) => [name, at(document, name)]))
  return { ...profile, claims: { ...profile.claims, custom_claims } }
}
