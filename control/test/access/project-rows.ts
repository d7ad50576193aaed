// Rows of the access table: projects, their keys and databases.

import type { TestControl } from '../test-control.ts'
import { admins, all, type Request, type Row, writers } from './row.ts'

export const projectRows = (t: TestControl): readonly Row[] => {
  const project = async (tail: string, body?: unknown): Promise<Request> => ({
    path: `/v1/projects/${await t.createProject()}${tail}`,
    body,
  })

  const withKey = async (tail: string, body?: unknown): Promise<Request> => {
    const ref = await t.createProject()
    const [key] = (await t.asOwner('GET', `/v1/projects/${ref}/api-keys`)).body.filter(
      (one: { type: string }) => one.type === 'secret',
    )
    return { path: `/v1/projects/${ref}/api-keys/${key.id}${tail}`, body }
  }

  const withMigration = async (body?: unknown): Promise<Request> => {
    const ref = await t.createProject()
    const path = `/v1/projects/${ref}/database/migrations`
    await t.asOwner('POST', path, { query: 'select 1', rollback: 'select 1' })
    const { version } = (await t.asOwner('GET', path)).body.at(-1)
    return { path: `${path}/${version}`, body }
  }

  const paused = async (tail: string): Promise<Request> => {
    const ref = await t.createProject()
    await t.asOwner('POST', `/v1/projects/${ref}/pause`)
    await t.untilStatus(ref, 'INACTIVE')
    return { path: `/v1/projects/${ref}${tail}` }
  }

  const wish = () => ({
    name: 'Shop',
    organization_slug: t.organization,
    db_pass: 'abcd',
    region: 'us-east-1',
  })
  return [
    {
      id: 'v1-get-profile',
      make: () => ({ path: '/v1/profile' }),
      ...all(200),
      stranger: 200,
      powerless: 200,
    },
    {
      id: 'v1-create-an-organization',
      make: () => ({ path: '/v1/organizations', body: { name: 'New' } }),
      ...all(201),
      stranger: 201,
    },
    {
      id: 'v1-list-all-organizations',
      make: () => ({ path: '/v1/organizations' }),
      ...all(200),
      stranger: 200,
    },
    {
      id: 'v1-get-an-organization',
      make: () => ({ path: `/v1/organizations/${t.organization}` }),
      ...all(200),
    },
    {
      id: 'v1-list-organization-members',
      make: () => ({ path: `/v1/organizations/${t.organization}/members` }),
      ...all(200),
    },
    { id: 'v1-create-a-project', make: () => ({ path: '/v1/projects', body: wish() }), ...admins(201) },
    { id: 'v1-list-all-projects', make: () => ({ path: '/v1/projects' }), ...all(200), stranger: 200 },
    {
      id: 'v1-get-all-projects-for-organization',
      make: () => ({ path: `/v1/organizations/${t.organization}/projects?limit=2&statuses=ACTIVE_HEALTHY` }),
      ...all(200),
    },
    { id: 'v1-get-project', make: () => project(''), ...all(200) },
    { id: 'v1-update-a-project', make: () => project('', { name: 'Renamed' }), ...admins(200) },
    { id: 'v1-delete-a-project', make: () => project(''), ...admins(200) },
    {
      id: 'v1-get-services-health',
      make: () => project('/health?services=auth,db,rest,storage,realtime&timeout_ms=2000'),
      ...all(200),
    },
    {
      id: 'v1-get-available-regions',
      make: () => ({
        path: `/v1/projects/available-regions?organization_slug=${t.organization}&continent=EU`,
      }),
      ...all(200),
    },
    { id: 'v1-pause-a-project', make: () => project('/pause'), ...admins(200) },
    { id: 'v1-restore-a-project', make: () => paused('/restore'), ...admins(200) },
    { id: 'v1RestartAProject', make: () => project('/restart'), ...admins(200) },
    { id: 'v1-get-project-api-keys', make: () => project('/api-keys?reveal=true'), ...writers(200) },
    {
      id: 'v1-create-project-api-key',
      make: () =>
        project('/api-keys?reveal=true', { type: 'secret', name: 'ci', secret_jwt_template: { role: 'ci' } }),
      ...admins(201),
    },
    { id: 'v1-get-project-legacy-api-keys', make: () => project('/api-keys/legacy'), ...writers(200) },
    {
      id: 'v1-update-project-legacy-api-keys',
      make: () => project('/api-keys/legacy?enabled=false'),
      ...admins(200),
    },
    { id: 'v1-get-project-api-key', make: () => withKey('?reveal=true'), ...writers(200) },
    { id: 'v1-update-project-api-key', make: () => withKey('', { name: 'other' }), ...admins(200) },
    {
      id: 'v1-delete-project-api-key',
      make: () => withKey('?was_compromised=true&reason=leak'),
      ...admins(200),
    },
    { id: 'v1-run-a-query', make: () => project('/database/query', { query: 'select 1' }), ...writers(201) },
    {
      id: 'v1-read-only-query',
      make: () => project('/database/query/read-only', { query: 'select 1' }),
      ...all(201),
    },
    { id: 'v1-list-migration-history', make: () => project('/database/migrations'), ...all(200) },
    {
      id: 'v1-apply-a-migration',
      make: () => project('/database/migrations', { query: 'select 1' }),
      ...writers(200),
    },
    {
      id: 'v1-upsert-a-migration',
      make: () => project('/database/migrations', { query: 'select 1' }),
      ...writers(200),
    },
    {
      id: 'v1-rollback-migrations',
      make: () => project('/database/migrations?gte=99990101000000'),
      ...writers(200),
    },
    { id: 'v1-get-a-migration', make: () => withMigration(), ...all(200) },
    { id: 'v1-patch-a-migration', make: () => withMigration({ name: 'other' }), ...writers(200) },
    {
      id: 'v1-update-database-password',
      // The role's own name, as every test of this Postgres expects it.
      make: () => project('/database/password', { password: 'postgres' }),
      ...admins(200),
    },
    {
      id: 'v1-generate-typescript-types',
      make: () => project('/types/typescript?included_schemas=public,auth'),
      ...all(200),
    },
    { id: 'v1-get-postgrest-service-config', make: () => project('/postgrest'), ...all(200) },
    {
      id: 'v1-update-postgrest-service-config',
      make: () => project('/postgrest', { max_rows: 5 }),
      ...admins(200),
    },
  ]
}
