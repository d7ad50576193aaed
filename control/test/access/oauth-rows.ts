// Rows of the access table: OAuth apps, what was granted to them, claims of projects.

import { newApp } from '../oauth/apps.ts'
import type { TestControl } from '../test-control.ts'
import { admins, all, type Row } from './row.ts'

export const oauthRows = (t: TestControl): readonly Row[] => {
  const apps = `/platform/organizations/${t.organization}/oauth/apps`
  const authorizations = `/platform/organizations/${t.organization}/oauth/authorizations`
  const app = async (tail = '') => `${apps}/${(await newApp(t)).id}${tail}`
  const granted = async () => {
    const { id } = await newApp(t)
    await t.pool.run({
      text: 'insert into oauth_grants (app_id, account_id, organization_id, scopes) values ($1, $2, $3, $4)',
      values: [id, t.owner.id, t.organization, '{}'],
    })
    return `${authorizations}/${id}`
  }
  const claimToken = async () => {
    const path = `/v1/projects/${await t.createProject()}/claim-token`
    return { path, token: (await t.asOwner('POST', path)).body.token }
  }
  /** A claim of a project that another organization gives away. */
  const foreignClaim = async () => {
    const { path, token } = await claimToken()
    const ref = path.split('/')[3] ?? ''
    await t.pool.run({
      text: 'update projects set organization_id = $1 where ref = $2',
      values: [t.foreign, ref],
    })
    await t.pool.run({
      text: 'update project_claims set organization_id = $1 where ref = $2',
      values: [t.foreign, ref],
    })
    return { path: `/v1/organizations/${t.organization}/project-claim/${token}` }
  }
  return [
    { id: 'list-oauth-apps', make: () => ({ path: apps }), ...admins(200) },
    {
      id: 'create-oauth-app',
      make: () => ({
        path: apps,
        body: { name: 'App', redirect_uris: ['https://a.example/cb'], scopes: [] },
      }),
      ...admins(201),
    },
    {
      id: 'update-oauth-app',
      make: async () => ({ path: await app(), body: { name: 'B' } }),
      ...admins(200),
    },
    {
      id: 'rotate-oauth-app-secret',
      make: async () => ({ path: await app('/client-secret') }),
      ...admins(201),
    },
    { id: 'delete-oauth-app', make: async () => ({ path: await app() }), ...admins(200) },
    { id: 'list-oauth-authorizations', make: () => ({ path: authorizations }), ...admins(200) },
    { id: 'revoke-oauth-authorization', make: async () => ({ path: await granted() }), ...admins(204) },
    { id: 'v1-create-project-claim-token', make: claimToken, ...admins(200) },
    { id: 'v1-get-project-claim-token', make: claimToken, ...all(200) },
    { id: 'v1-delete-project-claim-token', make: claimToken, ...admins(204) },
    { id: 'v1-get-organization-project-claim', make: foreignClaim, ...admins(200) },
    { id: 'v1-claim-project-for-organization', make: foreignClaim, ...admins(204) },
  ]
}
