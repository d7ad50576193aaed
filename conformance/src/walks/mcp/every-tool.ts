// Every tool once, on a project that the tools make themselves; at the end none that is offered may be left.

import assert from 'node:assert/strict'
import { makeManage, until } from '@plinth/e2e'
import type { Step, WalkContext } from '../../walk.ts'
import type { Reach, Tools } from './connections.ts'

/** All but `docs`: the official server reads those from the vendor's site. */
const features = 'account,database,debugging,development,functions,branching,storage'

const files = [{ name: 'index.ts', content: 'Deno.serve(() => new Response("hi"))' }]

type Made = { ref: string; branch: string; branchRef: string; organization: string }

export const everyTool = (
  which: string,
  open: (reach: Reach) => Promise<Tools>,
  { installation, atEnd }: WalkContext,
): readonly Step[] => {
  const manage = makeManage(installation)
  const made: Made = { ref: '', branch: '', branchRef: '', organization: '' }
  let opened: Promise<Tools> | undefined
  const tools = (): Promise<Tools> => {
    opened ??= open({ features })
    return opened
  }
  atEnd(async () => void (await (await opened)?.close()))
  const call = async (name: string, args: Readonly<Record<string, unknown>> = {}) =>
    (await tools()).call(name, args)
  const onProject = (name: string, args: Readonly<Record<string, unknown>> = {}) =>
    call(name, { project_id: made.ref, ...args })
  const untilStatus = (ref: string, status: string) =>
    until(`${ref} to be ${status}`, async () => {
      const { body } = await manage('GET', `/v1/projects/${ref}`)
      return body.status === status
    })
  const untilRunsEnd = () =>
    until('the run to end', async () => {
      const { body } = await manage('GET', `/v1/projects/${made.branchRef}/actions`)
      const steps: readonly { readonly status: string }[] = body[0].run_steps
      assert.ok(!steps.some(({ status }) => status === 'DEAD'), JSON.stringify(body[0]))
      return steps.every(({ status }) => status === 'EXITED')
    })
  const confirm = async (type: string): Promise<string> => {
    const cost = await call('get_cost', { type, organization_id: made.organization })
    return (await call('confirm_cost', cost)).confirmation_id
  }

  const step = (name: string, run: () => Promise<unknown>): Step => [
    `${which}: ${name}`,
    async () => void (await run()),
  ]
  return [
    step('list_organizations, get_organization', async () => {
      made.organization = (await call('list_organizations')).organizations[0].id
      assert.equal((await call('get_organization', { id: made.organization })).plan, 'free')
    }),
    step('get_cost, confirm_cost, create_project, get_project, list_projects', async () => {
      const wish = { name: which, region: 'eu-west-1', organization_id: made.organization }
      await (await tools()).refused('create_project', { ...wish, confirm_cost_id: 'guessed' })
      const { id } = await call('create_project', { ...wish, confirm_cost_id: await confirm('project') })
      made.ref = id
      await untilStatus(id, 'ACTIVE_HEALTHY')
      assert.equal((await call('get_project', { id })).status, 'ACTIVE_HEALTHY')
      const { projects } = await call('list_projects')
      assert.ok(projects.some((one: { readonly id: string }) => one.id === id))
    }),
    step('apply_migration, list_migrations, list_tables', async () => {
      const query = 'create table public.notes (id int primary key, body text)'
      await onProject('apply_migration', { name: 'notes', query })
      assert.equal((await onProject('list_migrations')).migrations[0].name, 'notes')
      const { tables } = await onProject('list_tables', { schemas: ['public'], verbose: true })
      assert.match(JSON.stringify(tables), /public\.notes[\s\S]*body/)
    }),
    step('execute_sql', async () => {
      const { result } = await onProject('execute_sql', { query: "select 'obey me' as word" })
      assert.match(result, /<(untrusted-data-[\w-]+)>\n\[\{"word":"obey me"\}\]\n<\/\1>/)
      const wrong = { project_id: made.ref, query: 'select * from nowhere' }
      assert.match(await (await tools()).refused('execute_sql', wrong), /42P01/)
    }),
    step('list_extensions', async () => {
      assert.match(JSON.stringify((await onProject('list_extensions')).extensions), /"name":"vector"/)
    }),
    step('get_advisors', async () => {
      const { result } = await onProject('get_advisors', { type: 'security' })
      assert.match(JSON.stringify(result), /rls_disabled_in_public[\s\S]*notes/)
      await onProject('get_advisors', { type: 'performance' })
    }),
    step('get_project_url, get_publishable_keys', async () => {
      const { url } = await onProject('get_project_url')
      const { keys } = await onProject('get_publishable_keys')
      assert.match(url, new RegExp(`^https?://${made.ref}\\.`))
      assert.equal(keys.length, 2)
    }),
    step('generate_typescript_types', async () => {
      assert.match((await onProject('generate_typescript_types')).types, /notes: \{/)
    }),
    step('deploy_edge_function, list_edge_functions, get_edge_function', async () => {
      assert.equal((await onProject('deploy_edge_function', { name: 'hello', files })).slug, 'hello')
      assert.equal((await onProject('list_edge_functions')).functions.length, 1)
      const read = await onProject('get_edge_function', { function_slug: 'hello' })
      assert.deepEqual(read.files, files)
    }),
    step('create_branch, list_branches', async () => {
      const branch = await onProject('create_branch', {
        name: 'feature',
        confirm_cost_id: await confirm('branch'),
      })
      made.branch = branch.id
      made.branchRef = branch.project_ref
      await untilRunsEnd()
      const { branches } = await onProject('list_branches')
      assert.deepEqual(
        branches.map(({ name }: { readonly name: string }) => name),
        ['main', 'feature'],
      )
    }),
    step('rebase_branch, merge_branch, reset_branch, delete_branch', async () => {
      const query = 'create table public.later (id int)'
      await call('apply_migration', { project_id: made.branchRef, name: 'later', query })
      for (const name of ['rebase_branch', 'merge_branch', 'reset_branch']) {
        await call(name, { branch_id: made.branch })
        await untilRunsEnd()
      }
      const { migrations } = await onProject('list_migrations')
      assert.equal(migrations.at(-1).name, 'later')
      await call('delete_branch', { branch_id: made.branch })
      assert.equal((await onProject('list_branches')).branches.length, 1)
    }),
    step('list_storage_buckets, get_storage_config, update_storage_config', async () => {
      assert.deepEqual((await onProject('list_storage_buckets')).buckets, [])
      const { features: now } = await onProject('get_storage_config')
      const { imageTransformation, s3Protocol } = now
      const config = { fileSizeLimit: 7, features: { imageTransformation, s3Protocol } }
      await onProject('update_storage_config', { config })
      assert.equal((await onProject('get_storage_config')).fileSizeLimit, 7)
    }),
    step('pause_project, restore_project', async () => {
      await onProject('pause_project')
      await untilStatus(made.ref, 'INACTIVE')
      await onProject('restore_project')
      await untilStatus(made.ref, 'ACTIVE_HEALTHY')
    }),
    step('what is left is about logs, and says that there are none', async () => {
      const left = await (await tools()).untried()
      assert.deepEqual(left, which === '/mcp' ? [] : ['query_logs'])
      for (const name of left) {
        const said = await (await tools()).refused(name, { project_id: made.ref, sql: 'select 1' })
        assert.match(said, /Logs are kept as files/)
      }
    }),
  ]
}
