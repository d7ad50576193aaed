// The branching tools, each once: of our server, and of the official one in front of our Management API.

import { afterAll, expect, test } from 'vitest'
import { branchSteps } from '../branches/steps.ts'
import { testControl } from '../test-control.ts'
import { call, namesOf, openConnections, untried } from './connections.ts'

const t = await testControl({ ownDatabases: true })
const { ended, migrate, history, redate } = branchSteps(t)
const address = await t.app.listen({ port: 0, host: '127.0.0.1' })
const { connect, connectOfficial, close } = openConnections(t, address)
afterAll(async () => {
  await close()
  await t.close()
})

const names = [
  'create_branch',
  'list_branches',
  'delete_branch',
  'merge_branch',
  'reset_branch',
  'rebase_branch',
]

test.each(['ours', 'the official one'])(
  '%s',
  async (which) => {
    const project_id = await t.createProject()
    await migrate(project_id, 'todos', 'create table public.todos (id int)')
    const client =
      which === 'ours'
        ? await connect('?features=branching')
        : await connectOfficial('--features', 'branching')
    const account =
      which === 'ours' ? await connect('?features=account') : await connectOfficial('--features', 'account')
    expect(await namesOf(client)).toEqual(expect.arrayContaining(names))
    const good = async (name: string, args: Record<string, unknown>, by = client) => {
      const result = await call(by, name, args)
      expect([name, result.isError, result.isError && result.value]).toEqual([name, false, false])
      return result.value
    }
    expect((await good('list_branches', { project_id })).branches).toEqual([])
    const cost = await good('get_cost', { type: 'branch', organization_id: t.organization }, account)
    const { confirmation_id: confirm_cost_id } = await good('confirm_cost', cost, account)
    const refused = await call(client, 'create_branch', { project_id, name: 'x', confirm_cost_id: 'no' })
    expect(refused.isError).toBe(true)
    const made = await good('create_branch', { project_id, name: 'feature', confirm_cost_id })
    await ended(made.project_ref)
    const { branches } = await good('list_branches', { project_id })
    expect(branches.map((branch: { name: string }) => branch.name)).toEqual(['main', 'feature'])
    await migrate(made.project_ref, 'mine', 'create table public.mine (id int)')
    await redate(made.project_ref, 'mine', '20990101000000')
    await migrate(project_id, 'news', 'create table public.news (id int)')
    const branch_id = made.id
    await good('rebase_branch', { branch_id })
    await ended(made.project_ref)
    expect((await history(made.project_ref)).toSorted()).toEqual(['mine', 'news', 'todos'])
    await good('merge_branch', { branch_id })
    await ended(made.project_ref)
    expect((await history(project_id)).toSorted()).toEqual(['mine', 'news', 'todos'])
    await good('reset_branch', { branch_id, migration_version: '20990101000000' })
    expect(await ended(made.project_ref)).not.toContain('DEAD')
    await good('delete_branch', { branch_id })
    expect((await good('list_branches', { project_id })).branches).toHaveLength(1)
    expect(await untried(client)).toEqual([])
  },
  120_000,
)

test('a connection for one project touches no branch of another, and reading ones change nothing', async () => {
  const [mine, other] = [await t.createProject(), await t.createProject()]
  const { body } = await t.asOwner('POST', `/v1/projects/${other}/branches`, { branch_name: 'theirs' })
  await t.asOwner('POST', `/v1/projects/${mine}/branches`, { branch_name: 'mine' })
  const client = await connect(`?project_ref=${mine}&features=branching`)
  expect((await call(client, 'delete_branch', { branch_id: body.id })).isError).toBe(true)
  const reader = await connect('?read_only=true&features=branching')
  expect(await namesOf(reader)).toEqual(['list_branches'])
  await ended(body.project_ref)
})
