// Orders about branches of one project.

import { createProject } from '../../src/manage.ts'
import { until } from '../../src/until.ts'
import { eitherOf, type Order, ok, one, type Site } from './order.ts'

type Branch = { readonly id: string; readonly ref: string }

export const branchOrders = async (site: Site): Promise<readonly Order[]> => {
  const { manage, control } = site
  const { ref: parent } = await createProject(manage, 'trunk')
  const migrate = async (ref: string, name: string) =>
    ok(
      await manage('POST', `/v1/projects/${ref}/database/migrations`, {
        name,
        query: `create table public.${name} (id int)`,
      }),
    )
  const history = async (ref: string): Promise<readonly string[]> =>
    (await manage('GET', `/v1/projects/${ref}/database/migrations`)).body.map(
      ({ name }: { name: string }) => name,
    )
  const order = (name: string, more: object = {}) =>
    manage('POST', `/v1/projects/${parent}/branches`, { branch_name: name, ...more })
  const runsEnd = () =>
    until(
      'the runs to end',
      async () =>
        (await control("select 1 from action_runs where status in ('waiting', 'running')")).length === 0,
      90_000,
    )
  const make = async (name: string): Promise<Branch> => {
    const { body } = ok(await order(name))
    return { id: body.id, ref: body.project_ref }
  }
  await migrate(parent, 'base')
  const [pushed, merged, reset, removed] = [
    await make('pushed'),
    await make('merged'),
    await make('reset'),
    await make('removed'),
  ]
  await runsEnd()
  await migrate(parent, 'later')
  // A migration is known by its second.
  const second = Math.floor(Date.now() / 1000)
  await until('another second', async () => Date.now() / 1000 >= second + 1)
  await migrate(merged.ref, 'feature')
  ok(
    await manage('POST', `/v1/projects/${reset.ref}/database/query`, {
      query: 'create table public.by_hand (id int)',
    }),
  )
  const rowsOf = (name: string) =>
    control(
      `select b.status, p.status as project, b.ref from branches b join projects p on p.ref = b.ref
        where b.parent_ref = $1 and b.name = $2`,
      [parent, name],
    )
  const failures = async (ref: string) => {
    const rows = await control(
      "select kind, logs from action_runs where branch_ref = $1 and status = 'failed'",
      [ref],
    )
    if (rows.length > 0) throw new Error(`${rows[0].kind} failed: ${rows[0].logs}`)
  }
  const creation = (name: string, more: object = {}): Order => ({
    name: `branch ${name}`,
    give: () => order(name, more),
    isDone: async () => {
      const [row] = await rowsOf(name)
      if (row === undefined) return false
      await failures(row.ref)
      eitherOf([row.status, row.project], [], ['FUNCTIONS_DEPLOYED', 'ACTIVE_HEALTHY'])
      return eitherOf((await history(row.ref)).includes('base'), undefined, true)
    },
    next: async (isDone) =>
      isDone ? manage('DELETE', `/v1/branches/${(await rowsOf(name))[0].ref}`) : order(name, more),
  })
  const travel = (kind: string, branch: Branch, isDone: () => Promise<boolean>): Order => ({
    name: kind,
    give: () => manage('POST', `/v1/branches/${branch.id}/${kind}`, {}),
    isDone: async () => {
      await failures(branch.ref)
      return isDone()
    },
    next: () => manage('POST', `/v1/branches/${branch.id}/${kind}`, {}),
  })

  return [
    creation('with a schema'),
    creation('with rows', { with_data: true }),
    travel('push', pushed, async () => (await history(pushed.ref)).includes('later')),
    travel('merge', merged, async () => (await history(parent)).includes('feature')),
    travel('reset', reset, async () =>
      eitherOf(
        await one(
          site,
          reset.ref,
          "select to_regclass('public.by_hand')::text || to_regclass('public.base')::text",
        ),
        'by_handbase',
        null,
      ),
    ),
    {
      name: 'branch removal',
      give: () => manage('DELETE', `/v1/branches/${removed.id}`),
      isDone: async () => {
        const [row] = await rowsOf('removed')
        const [{ status }] = await control('select status from projects where ref = $1', [removed.ref])
        return eitherOf(
          [row?.status, status],
          ['FUNCTIONS_DEPLOYED', 'ACTIVE_HEALTHY'],
          [undefined, 'REMOVED'],
        )
      },
      next: (isDone) => (isDone ? order('removed') : manage('DELETE', `/v1/branches/${removed.id}`)),
    },
  ]
}
