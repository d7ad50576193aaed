// Rows of the access table: signing keys, other issuers, single sign-on.

import { generateKeyPairSync } from 'node:crypto'
import type { TestControl } from '../test-control.ts'
import { admins, all, type Row, writers } from './row.ts'

let count = 0

/** A key set of one new key. */
export const keySet = () => {
  const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  return { keys: [{ ...jwk, kid: `key-${count++}` }] }
}

export const keyRows = (t: TestControl): readonly Row[] => {
  const base = '/config/auth'
  const on =
    (tail: string, body?: unknown): Row['make'] =>
    async () => ({ path: `/v1/projects/${await t.createProject()}${base}${tail}`, body })
  const made =
    (tail: string, wish: () => object, body?: unknown): Row['make'] =>
    async () => {
      const path = `/v1/projects/${await t.createProject()}${base}${tail}`
      const { id } = (await t.asOwner('POST', path, wish())).body
      return { path: `${path}/${id}`, body }
    }
  const standby = () => ({ algorithm: 'EdDSA' })
  const issuer = () => ({ custom_jwks: keySet() })
  const legacy: Row['make'] = async () => {
    const path = `/v1/projects/${await t.createProject()}${base}/signing-keys/legacy`
    await t.asOwner('POST', path)
    return { path }
  }
  const withSaml: Row['make'] = async () => {
    const path = `/v1/projects/${await t.createProject()}${base}`
    await t.asOwner('PATCH', path, { saml_enabled: true })
    return { path: `${path}/saml-key`, body: { step: 'announce' } }
  }
  const provider = '/sso/providers/00000000-0000-4000-8000-000000000000'
  return [
    { id: 'v1-get-project-signing-keys', make: on('/signing-keys'), ...writers(200) },
    {
      id: 'v1-create-project-signing-key',
      make: on('/signing-keys', { algorithm: 'ES256', status: 'in_use' }),
      ...admins(201),
    },
    { id: 'v1-create-legacy-signing-key', make: on('/signing-keys/legacy'), ...admins(201) },
    { id: 'v1-get-legacy-signing-key', make: legacy, ...writers(200) },
    { id: 'v1-get-project-signing-key', make: made('/signing-keys', standby), ...writers(200) },
    {
      id: 'v1-update-project-signing-key',
      make: made('/signing-keys', standby, { status: 'in_use' }),
      ...admins(200),
    },
    { id: 'v1-remove-project-signing-key', make: made('/signing-keys', standby), ...admins(200) },
    { id: 'v1-list-project-tpa-integrations', make: on('/third-party-auth'), ...all(200) },
    {
      id: 'v1-create-project-tpa-integration',
      make: on('/third-party-auth', issuer()),
      ...admins(201),
    },
    { id: 'v1-get-project-tpa-integration', make: made('/third-party-auth', issuer), ...all(200) },
    { id: 'v1-delete-project-tpa-integration', make: made('/third-party-auth', issuer), ...admins(200) },
    { id: 'v1-rotate-saml-key', make: withSaml, ...admins(200) },
    { id: 'v1-list-all-sso-provider', make: on('/sso/providers'), ...all(404) },
    { id: 'v1-create-a-sso-provider', make: on('/sso/providers', { type: 'saml' }), ...admins(404) },
    { id: 'v1-get-a-sso-provider', make: on(provider), ...all(404) },
    { id: 'v1-update-a-sso-provider', make: on(provider, {}), ...admins(404) },
    { id: 'v1-delete-a-sso-provider', make: on(provider), ...admins(404) },
  ]
}
