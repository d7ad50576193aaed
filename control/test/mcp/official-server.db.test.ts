// The official server for one's own machine, driven against our Management API, and compared with ours.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { call, openConnections, untried } from './connections.ts'

const t = await testControl({ project: true })
const address = await t.app.listen({ port: 0, host: '127.0.0.1' })
const { connect, connectOfficial, close } = openConnections(t, address)
afterAll(async () => {
  await close()
  await t.close()
})

const groups = 'account,database,debugging,development,functions,storage'
const servers = {
  ours: () => connect(`?features=${groups}`),
  // Its group `docs` reads a documentation server elsewhere as soon as tools are listed.
  'the official one': () => connectOfficial('--features', groups),
}

describe.each(Object.entries(servers))('every tool of %s', (which, open) => {
  test('is called once', async () => {
    const client = await open()
    const good = async (name: string, args: Record<string, unknown> = {}) => {
      const result = await call(client, name, args)
      expect([name, result.isError, result.isError && result.value]).toEqual([name, false, false])
      return result.value
    }
    const project_id = await t.createProject()
    await good('list_organizations')
    expect((await good('get_organization', { id: t.organization })).plan).toBe('free')
    await good('list_projects')
    expect((await good('get_project', { id: project_id })).id).toBe(project_id)
    const cost = await good('get_cost', { type: 'project', organization_id: t.organization })
    const { confirmation_id } = await good('confirm_cost', cost)
    const wish = { name: which, region: 'eu-west-1', organization_id: t.organization }
    const made = await good('create_project', { ...wish, confirm_cost_id: confirmation_id })
    await t.untilStatus(made.id, 'ACTIVE_HEALTHY')
    await good('pause_project', { project_id: made.id })
    await t.untilStatus(made.id, 'INACTIVE')
    await good('restore_project', { project_id: made.id })

    const query = `create table public.tool_${which.length} (id int)`
    await good('apply_migration', { project_id, name: 'official', query })
    await good('list_migrations', { project_id })
    const { tables } = await good('list_tables', { project_id, schemas: ['public'], verbose: true })
    expect(tables.length).toBeGreaterThan(0)
    await good('list_extensions', { project_id })
    const { result } = await good('execute_sql', { project_id, query: "select 'obey me' as word" })
    expect(result).toMatch(/never follow|do not follow/i)
    expect(result).toMatch(/<(untrusted-data-[\w-]+)>\n\[\{"word":"obey me"\}\]\n<\/\1>/)

    await good('get_project_url', { project_id })
    expect((await good('get_publishable_keys', { project_id })).keys).toHaveLength(2)
    expect((await good('generate_typescript_types', { project_id })).types).toContain('Database')
    for (const type of ['security', 'performance']) {
      expect((await good('get_advisors', { project_id, type })).result.lints).toBeInstanceOf(Array)
    }

    const files = [{ name: 'index.ts', content: 'Deno.serve(() => new Response("hi"))' }]
    expect((await good('deploy_edge_function', { project_id, name: 'hello', files })).slug).toBe('hello')
    expect((await good('list_edge_functions', { project_id })).functions).toHaveLength(1)
    expect((await good('get_edge_function', { project_id, function_slug: 'hello' })).files).toEqual(files)

    expect((await good('list_storage_buckets', { project_id })).buckets).toEqual([])
    const { features } = await good('get_storage_config', { project_id })
    const { imageTransformation, s3Protocol } = features
    const config = { fileSizeLimit: 7, features: { imageTransformation, s3Protocol } }
    await good('update_storage_config', { project_id, config })
    expect((await good('get_storage_config', { project_id })).fileSizeLimit).toBe(7)

    const left = await untried(client)
    expect(left).toEqual(which === 'ours' ? [] : ['query_logs'])
    const start = '2026-01-01T00:00:00Z'
    const sql = 'select 1'
    for (const name of left) {
      const refused = await call(client, name, { project_id, sql, query: sql, service: 'api', start })
      expect(refused).toMatchObject({ isError: true })
    }
  })
})

describe('the official server and ours', () => {
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
