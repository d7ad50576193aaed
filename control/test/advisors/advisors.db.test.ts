// Advice: each lint on a database that deserves it and beside something that does not, and what happens when the
// database cannot be asked.

import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sqlLints } from '../../src/advisors/sql-lints.ts'
import { testControl } from '../test-control.ts'
import { type LintFixture, lintFixtures } from './fixtures.ts'
import { graphqlFixtures } from './graphql-fixtures.ts'

const t = await testControl({ project: true })
const ref = await t.createProject()
const path = `/v1/projects/${ref}/advisors`
await t.asOwner('PATCH', `/v1/projects/${ref}/postgrest`, { db_schema: 'public, pgmq_public' })
afterAll(() => t.close())

const admin = t.project!.admin
const make = (sql: string, { asSuperuser }: Pick<LintFixture, 'asSuperuser'>) =>
  admin.session(async (session) => {
    await session.script(`${asSuperuser ? 'set role supabase_admin' : 'set role postgres'};`)
    await session.script(sql)
    await session.script('reset all; reset role')
  })
const run = async (name: string) => {
  const data = { type: 'project_advisors', attributes: { lints: [{ name }] } }
  const reply = await t.asOwner('POST', `/v2/projects/${ref}/advisors/run`, { data })
  expect(reply.status).toBe(200)
  return reply.body.data.attributes.lints
}

const all = [...lintFixtures, ...graphqlFixtures]

test('every lint has a fixture', () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual(sqlLints.map(({ name }) => name).toSorted())
})

describe.each(all)('$name', (fixture) => {
  test('finds what deserves it and nothing else', async () => {
    if (fixture.before !== undefined) await make(fixture.before, fixture)
    const before = new Set((await run(fixture.name)).map(({ cache_key }: Found) => cache_key))
    await make(fixture.bad, fixture)
    await make(fixture.good, fixture)
    const found: Found[] = await run(fixture.name)
    const added = found.filter(({ cache_key }) => !before.has(cache_key))
    const kind = sqlLints.find(({ name }) => name === fixture.name)!
    expect(added).toMatchObject([
      {
        name: fixture.name,
        title: kind.title,
        level: kind.level,
        facing: 'EXTERNAL',
        categories: [kind.category],
        detail: expect.stringContaining(fixture.metadata.name),
        remediation: expect.stringMatching(/^https:/),
        metadata: fixture.metadata,
        cache_key: fixture.key,
      },
    ])
    if (fixture.undo !== undefined) await make(fixture.undo, { asSuperuser: true })
  })
})

type Found = { readonly cache_key: string; readonly metadata: { readonly name: string } }

describe('the two lists', () => {
  test('split by category, and the settings beside', async () => {
    const security = (await t.asOwner('GET', `${path}/security`)).body.lints
    const sqlOnly = (await t.asOwner('GET', `${path}/security?lint_type=sql`)).body.lints
    const performance = (await t.asOwner('GET', `${path}/performance`)).body.lints
    const kinds = (lints: readonly { categories: readonly string[] }[]) => [
      ...new Set(lints.flatMap(({ categories }) => categories)),
    ]
    expect([kinds(security), kinds(sqlOnly), kinds(performance)]).toEqual([
      ['SECURITY'],
      ['SECURITY'],
      ['PERFORMANCE'],
    ])
    const names = security.map(({ name }: { name: string }) => name)
    expect(names).toContain('pitr_not_enabled')
    expect(sqlOnly.map(({ name }: { name: string }) => name)).not.toContain('pitr_not_enabled')
    expect(new Set(security.map(({ cache_key }: Found) => cache_key)).size).toBe(security.length)
  })

  test('settings are looked at as they are', async () => {
    const names = async () =>
      (await t.asOwner('GET', `${path}/security`)).body.lints.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(expect.arrayContaining(['password_requirements_min_length']))
    expect(await names()).not.toContain('auth_otp_long_expiry')
    await t.asOwner('PATCH', `/v1/projects/${ref}/config/auth`, {
      password_min_length: 12,
      mailer_otp_exp: 7200,
    })
    await t.asOwner('PUT', `/v1/projects/${ref}/config/database/postgres`, { log_connections: true })
    t.host.report(ref, 'awake')
    expect(await names()).not.toContain('password_requirements_min_length')
    expect(await names()).not.toContain('log_connections_not_enabled')
    expect(await names()).toContain('auth_otp_long_expiry')
  })
})

describe('a database that cannot be asked', () => {
  beforeEach(() => t.untilStatus(ref, 'ACTIVE_HEALTHY'))

  test('is a finding, not a failure', async () => {
    const broken = await t.createProject()
    t.host.report(broken, 'broken', { reason: 'no space' })
    await t.untilStatus(broken, 'ACTIVE_UNHEALTHY')
    const { status, body } = await t.asOwner('GET', `/v1/projects/${broken}/advisors/performance`)
    expect([status, body.lints.map(({ name }: { name: string }) => name)]).toEqual([
      200,
      ['db_not_reachable'],
    ])
  })

  test('a paused project is not woken', async () => {
    const paused = await t.createProject()
    await t.asOwner('POST', `/v1/projects/${paused}/pause`)
    await t.untilStatus(paused, 'INACTIVE')
    const { body } = await t.asOwner('GET', `/v1/projects/${paused}/advisors/performance`)
    expect(body.lints).toMatchObject([{ name: 'project_not_active', categories: ['HEALTH'] }])
  })
})

test('an unknown check is refused', async () => {
  const data = { type: 'project_advisors', attributes: { lints: [{ name: 'no_such' }] } }
  const reply = await t.asOwner('POST', `/v2/projects/${ref}/advisors/run`, { data })
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'lint_not_found' } } })
})

test('names of the owner’s that shadow those of Postgres have no effect', async () => {
  await make(
    `create schema shadow;
     create function shadow.format(text, variadic "any") returns text language plpgsql as $$begin raise 'reached'; end$$;
     alter role supabase_read_only_user set search_path = shadow, public;`.replace(
      'variadic "any"',
      'name, name',
    ),
    { asSuperuser: true },
  )
  try {
    const found = await run('no_primary_key')
    expect(found.map(({ name }: { name: string }) => name)).not.toContain('advisor_check_unavailable')
  } finally {
    await make('alter role supabase_read_only_user reset search_path; drop schema shadow cascade', {
      asSuperuser: true,
    })
  }
})
