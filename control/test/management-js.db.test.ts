// An unmodified client library of the upstream API, driven through every operation there is here.

import { SupabaseManagementAPI, SupabaseManagementAPIError } from 'supabase-management-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testControl } from './test-control.ts'

const t = await testControl({ project: true })
let api: SupabaseManagementAPI
beforeAll(async () => {
  const baseUrl = await t.app.listen({ port: 0, host: '127.0.0.1' })
  api = new SupabaseManagementAPI({ accessToken: t.owner.token, baseUrl })
})
afterAll(() => t.close())

test('organizations', async () => {
  const { data: made } = await api.createAnOrganization({ name: 'By client' })
  const { data: all } = await api.listAllOrganizations()
  expect(all.map(({ name }) => name)).toEqual(['Ours', 'By client'])
  expect((await api.getAnOrganization(made.id)).data.name).toBe('By client')
  expect((await api.listOrganizationMembers(made.id)).data).toHaveLength(1)
})

test('a project from birth to death', async () => {
  const created = await api.createAProject({
    name: 'By client',
    organization_slug: t.organization,
    db_pass: 'correct horse',
    region_selection: { type: 'smartGroup', code: 'emea' },
  })
  const { ref } = created.data
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  expect((await api.getProject(ref)).data.status).toBe('ACTIVE_HEALTHY')
  expect((await api.listAllProjects()).data.map((one) => one.ref)).toContain(ref)
  expect((await api.updateAProject(ref, { name: 'Renamed' })).data.name).toBe('Renamed')
  const health = await api.getServicesHealth(ref, { services: ['auth', 'rest'] })
  expect(health.data.map(({ healthy }) => healthy)).toEqual([true, true])
  const regions = await api.getAvailableRegions({ organization_slug: t.organization })
  expect(regions.data.all.smartGroup).toHaveLength(3)
  await api.pauseAProject(ref)
  await t.untilStatus(ref, 'INACTIVE')
  await api.restoreAProject(ref)
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  expect((await api.deleteAProject(ref)).data.name).toBe('Renamed')
})

test('keys', async () => {
  const ref = await t.createProject()
  const listed = await api.getProjectApiKeys(ref, { reveal: true })
  expect(listed.data.map(({ type, name }) => [type, name])).toEqual([
    ['legacy', 'anon'],
    ['legacy', 'service_role'],
    ['publishable', 'default'],
    ['secret', 'default'],
  ])
  const made = await api.createProjectApiKey(
    ref,
    { type: 'secret', name: 'ci', secret_jwt_template: { role: 'ci' } },
    { reveal: true },
  )
  const id = String(made.data.id)
  expect(made.data.api_key).toMatch(/^sb_secret_[\w-]{22}_[\w-]{8}$/)
  expect((await api.getProjectApiKey(ref, id)).data.api_key).toBe(`${made.data.prefix}${'·'.repeat(26)}`)
  expect((await api.updateProjectApiKey(ref, id, { description: 'for tests' })).data.description).toBe(
    'for tests',
  )
  expect((await api.deleteProjectApiKey(ref, id)).data.id).toBe(id)
  expect((await api.updateProjectLegacyApiKeys(ref, { enabled: false })).data).toEqual({ enabled: false })
  expect((await api.getProjectLegacyApiKeys(ref)).data).toEqual({ enabled: false })
})

test('database', async () => {
  const ref = await t.createProject()
  await api.applyAMigration(ref, {
    query: 'create table public.by_client (id bigint primary key)',
    name: 'by_client',
    rollback: 'drop table public.by_client',
  })
  const { data: history } = await api.listMigrationHistory(ref)
  const version = String(history[0]?.version)
  expect((await api.getAMigration(ref, version)).data.name).toBe('by_client')
  await api.patchAMigration(ref, version, { name: 'renamed' })
  await api.runAQuery(ref, { query: 'insert into public.by_client values (1)' })
  const rows = await api.readOnlyQuery(ref, { query: 'select id from public.by_client' })
  expect(rows.data).toEqual([{ id: 1 }])
  const { data } = await api.generateTypescriptTypes(ref, { included_schemas: 'public' })
  expect(data.types).toContain('by_client: {')
  expect(data.types).toContain('PostgrestVersion: "14.1"')
  await api.rollbackMigrations(ref, { gte: version })
  await api.upsertAMigration(ref, { query: 'select 1' })
  expect((await api.updateDatabasePassword(ref, { password: 'postgres' })).data.message).toBe(
    'Password updated',
  )
})

test('data API', async () => {
  const ref = await t.createProject()
  await api.updatePostgrestServiceConfig(ref, { db_schema: 'public, app', max_rows: 5 })
  const { data } = await api.getPostgrestServiceConfig(ref)
  expect(data).toMatchObject({
    db_schema: 'public,app',
    max_rows: 5,
    db_extra_search_path: 'public,extensions',
    db_pool: null,
    jwt_secret: expect.stringMatching(/.{64,}/),
  })
})

test('errors carry status and message', async () => {
  const failure = await api.getProject('a'.repeat(20)).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SupabaseManagementAPIError)
  expect(failure).toMatchObject({ status: 404, data: { message: 'Project not found' } })
})

test('settings of every service', async () => {
  const ref = await t.createProject()
  const auth = await api.updateAuthServiceConfig(ref, { site_url: 'https://shop.test', jwt_exp: 600 })
  expect(auth.data).toMatchObject({ site_url: 'https://shop.test', jwt_exp: 600 })
  expect((await api.getAuthServiceConfig(ref)).data.jwt_exp).toBe(600)
  await api.updateStorageConfig(ref, { fileSizeLimit: 5 })
  expect((await api.getStorageConfig(ref)).data.fileSizeLimit).toBe(5)
  await api.updateRealtimeConfig(ref, { max_concurrent_users: 5 })
  expect((await api.getRealtimeConfig(ref)).data.max_concurrent_users).toBe(5)
  await api.updatePostgresConfig(ref, { work_mem: '8MB', restart_database: false })
  expect((await api.getPostgresConfig(ref)).data).toEqual({ work_mem: '8MB' })
  expect((await api.getPoolerConfig(ref)).data).toHaveLength(1)
  expect((await api.listAllBuckets(ref)).data).toEqual([])
  expect((await api.getVanitySubdomainConfig(ref)).data).toEqual({ status: 'not-used' })
  expect((await api.getPostgresUpgradeEligibility(ref)).data.eligible).toBe(false)
  expect((await api.getReadonlyModeStatus(ref)).data.enabled).toBe(false)
})

test('secrets, functions, advice', async () => {
  const ref = await t.createProject()
  await api.bulkCreateSecrets(ref, [{ name: 'A', value: 'one' }])
  expect((await api.listAllSecrets(ref)).data.map(({ name }) => name)).toEqual(['A'])
  await api.bulkDeleteSecrets(ref, ['A'])
  expect((await api.listAllSecrets(ref)).data).toEqual([])
  const deployed = await api.deployAFunction(
    ref,
    {
      metadata: { entrypoint_path: 'index.ts', name: 'hello' },
      file: [new File(['x'], 'index.ts')] as never,
    },
    { slug: 'hello' },
  )
  expect(deployed.data).toMatchObject({ slug: 'hello', version: 1 })
  expect((await api.listAllFunctions(ref)).data.map(({ slug }) => slug)).toEqual(['hello'])
  await api.deleteAFunction(ref, 'hello')
  const advice = await api.getSecurityAdvisors(ref)
  expect(advice.data.lints.map(({ name }) => name)).toContain('auth_leaked_password_protection')
  expect((await api.getPerformanceAdvisors(ref)).data.lints).toBeInstanceOf(Array)
})

test('signing keys and add-ons', async () => {
  const ref = await t.createProject()
  const { data: made } = await api.createProjectSigningKey(ref, { algorithm: 'ES256' })
  await api.updateProjectSigningKey(ref, made.id, { status: 'in_use' })
  expect((await api.getProjectSigningKeys(ref)).data.keys).toMatchObject([{ id: made.id, status: 'in_use' }])
  await api.applyProjectAddon(ref, { addon_type: 'compute_instance', addon_variant: 'ci_small' })
  const { data: addons } = await api.listProjectAddons(ref)
  expect(addons.selected_addons.map(({ variant }) => variant.id)).toContain('ci_small')
})
