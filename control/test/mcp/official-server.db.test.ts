// The official server for one's own machine, driven against our Management API, and compared with ours.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { accountNames, call, namesOf, openConnections, readers } from './connections.ts'

const t = await testControl({ project: true })
const address = await t.app.listen({ port: 0, host: '127.0.0.1' })
const { connect, connectOfficial, close } = openConnections(t, address)
afterAll(async () => {
  await close()
  await t.close()
})

describe('the official server on our Management API', () => {
  test('account, database and development', async () => {
    const ref = await t.createProject()
    // Its group `docs` reads a documentation server elsewhere as soon as tools are listed.
    const client = await connectOfficial('--features', 'account,database,development')
    const names = await namesOf(client)
    expect(names).toEqual(expect.arrayContaining([...accountNames, ...readers]))
    const good = async (name: string, args: Record<string, unknown> = {}) => {
      const result = await call(client, name, args)
      expect([name, result.isError, result.isError && result.value]).toEqual([name, false, false])
      return result.value
    }
    await good('list_organizations')
    expect((await good('get_organization', { id: t.organization })).plan).toBe('free')
    await good('list_projects')
    expect((await good('get_project', { id: ref })).id).toBe(ref)
    const cost = await good('get_cost', { type: 'project', organization_id: t.organization })
    const { confirmation_id } = await good('confirm_cost', cost)
    const wish = { name: 'Official', region: 'eu-west-1', organization_id: t.organization }
    const made = await good('create_project', { ...wish, confirm_cost_id: confirmation_id })
    await t.untilStatus(made.id, 'ACTIVE_HEALTHY')
    await good('pause_project', { project_id: made.id })
    await t.untilStatus(made.id, 'INACTIVE')
    await good('restore_project', { project_id: made.id })
    const project_id = ref
    await good('apply_migration', {
      project_id,
      name: 'official',
      query: 'create table public.official (id int)',
    })
    await good('list_migrations', { project_id })
    expect((await good('list_tables', { project_id, verbose: true })).tables.length).toBeGreaterThan(0)
    await good('list_extensions', { project_id })
    expect((await good('execute_sql', { project_id, query: 'select 1 as one' })).result).toContain(
      '[{"one":1}]',
    )
    await good('get_project_url', { project_id })
    expect((await good('get_publishable_keys', { project_id })).keys).toHaveLength(2)
    await good('generate_typescript_types', { project_id })
  }, 30_000)

  test('advisors', async () => {
    const project_id = await t.createProject()
    const client = await connectOfficial('--features', 'debugging')
    for (const type of ['security', 'performance']) {
      const found = await call(client, 'get_advisors', { project_id, type })
      expect(found).toMatchObject({ isError: false, value: { result: { lints: expect.any(Array) } } })
    }
  }, 30_000)

  test('functions', async () => {
    const project_id = await t.createProject()
    const client = await connectOfficial('--features', 'functions')
    const files = [{ name: 'index.ts', content: 'Deno.serve(() => new Response("hi"))' }]
    const deployed = await call(client, 'deploy_edge_function', { project_id, name: 'hello', files })
    expect(deployed).toMatchObject({ isError: false, value: { slug: 'hello' } })
    expect((await call(client, 'list_edge_functions', { project_id })).value.functions).toHaveLength(1)
    const got = await call(client, 'get_edge_function', { project_id, function_slug: 'hello' })
    expect(got).toMatchObject({ isError: false, value: { slug: 'hello', files } })
  }, 30_000)

  test('our tools are named, and take their input, as its tools do', async () => {
    const theirs = (
      await (
        await connectOfficial(
          '--features',
          'account,database,development,functions,branching,debugging,storage',
        )
      ).listTools()
    ).tools
    const ours = (
      await (
        await connect('?features=account,database,development,functions,branching,debugging,storage')
      ).listTools()
    ).tools
    for (const { name, inputSchema, annotations } of ours) {
      const twin = theirs.find((one) => one.name === name)
      expect(twin, name).toBeDefined()
      const properties = (one: typeof inputSchema | undefined) =>
        Object.keys(one?.properties ?? {}).toSorted()
      expect([name, properties(inputSchema)]).toEqual([name, properties(twin?.inputSchema)])
      // Theirs calls inputs with a default required as well.
      expect(twin?.inputSchema.required ?? []).toEqual(expect.arrayContaining(inputSchema.required ?? []))
      const { readOnlyHint, destructiveHint, openWorldHint } = twin?.annotations ?? {}
      expect([name, annotations]).toMatchObject([name, { readOnlyHint, destructiveHint, openWorldHint }])
    }
  })
})
