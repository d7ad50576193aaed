// All settings at once, as the CLI compares them with its file.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
afterAll(() => t.close())

const get = async () => (await t.asOwner('GET', `/v2/projects/${ref}/config`)).body.data

test('shows what v1 has written, in its own spelling', async () => {
  const base = `/v1/projects/${ref}`
  await t.asOwner('PATCH', `${base}/config/auth`, { site_url: 'https://shop.test' })
  await t.asOwner('PATCH', `${base}/config/storage`, { fileSizeLimit: 5 })
  await t.asOwner('PUT', `${base}/config/database/postgres`, { 'pg_stat_statements.max': 200 })
  await t.asOwner('PATCH', `${base}/postgrest`, { db_schema: 'app', max_rows: 3 })
  expect(await get()).toMatchObject({
    type: 'project_config',
    id: ref,
    attributes: {
      database: {
        major_version: 17,
        ssl_enforced: false,
        postgres_settings: { pg_stat_statements_max: 200 },
      },
      pooler: { pool_mode: 'transaction', default_pool_size: 15, max_client_conn: 200 },
      auth: { site_url: 'https://shop.test', external_github_enabled: false },
      api: { db_schema: 'app', max_rows: 3, db_pool: null, db_pool_max_lifetime: 1800 },
      realtime: { private_only: false },
      storage: {
        file_size_limit: 5,
        features: { image_transformation: { enabled: false }, iceberg_catalog: { max_namespaces: 0 } },
        upstream_target: 'main',
        migration_version: null,
      },
    },
  })
})

test('errors of v2 are wrapped', async () => {
  const unknown = await t.asOwner('GET', `/v2/projects/${'a'.repeat(20)}/config`)
  expect(unknown).toMatchObject({
    status: 404,
    body: { error: { code: 'project_not_found', message: 'Project not found' } },
  })
  const compute = await t.asOwner('GET', `/v2/projects/${ref}/compute`)
  expect(compute).toMatchObject({ status: 404, body: { error: { code: 'compute_not_enabled' } } })
})
