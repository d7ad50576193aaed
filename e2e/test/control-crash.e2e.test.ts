// The control plane is killed while orders of every kind are under way: every status ends by itself, each order is
// carried out wholly or not at all, what was confirmed is kept, nothing half lies about, and the next order is taken.
// FAULT_ROUNDS repeats it at other moments.

import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { type Manage, makeManage, type Reply } from '../src/manage.ts'
import { processesOf } from '../src/processes.ts'
import { readSecrets } from '../src/read-secrets.ts'
import { until } from '../src/until.ts'
import { branchOrders } from './crash-orders/branching.ts'
import { lifeOrders } from './crash-orders/life.ts'
import type { Order, Site } from './crash-orders/order.ts'
import { pastOrders } from './crash-orders/past.ts'
import { settingsOrders } from './crash-orders/settings.ts'

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 1)
/** Long enough to hit an order in its middle, short enough to hit many. */
const longestMs = 700

let installation: Installation
let manage: Manage
let pool: pg.Pool
let site: Site

beforeAll(async () => {
  // Nothing of what is deleted is kept for later.
  installation = await copyInstallation({ PLINTH_DELETED_HOURS: '0' })
  manage = makeManage(installation)
  const { controlDatabasePassword } = await readSecrets(installation.data)
  pool = new pg.Pool({
    host: join(installation.run, '_system'),
    user: 'plinth_control',
    password: controlDatabasePassword,
    database: 'plinth',
    max: 2,
  })
  site = {
    installation,
    manage,
    control: async (text, values = []) => (await pool.query(text, [...values])).rows,
  }
})
afterAll(async () => {
  await pool?.end()
  await installation?.remove()
})

const findControl = () =>
  processesOf(installation.data).find(({ command }) => command.endsWith('control-plane.mjs'))

const kill = async (): Promise<void> => {
  const victim = await until('the control plane', async () => findControl())
  process.kill(victim.pid, 'SIGKILL')
  await until('its successor', async () => {
    const { pid } = findControl() ?? {}
    return (
      pid !== undefined && pid !== victim.pid && (await manage('GET', '/v1/organizations')).status === 200
    )
  })
}

const onTheWay = `
  select ref, status from projects
   where status not in ('ACTIVE_HEALTHY', 'INACTIVE', 'REMOVED')
  union all select branch_ref, kind || ' ' || status from action_runs where status in ('waiting', 'running')`

const untilSettled = async (): Promise<void> => {
  let left: unknown
  await until(
    'every status to end',
    async () => {
      left = await site.control(onTheWay)
      return (left as unknown[]).length === 0
    },
    90_000,
  ).catch((cause) => {
    throw new Error(`On the way for ever: ${JSON.stringify(left)}`, { cause })
  })
}

/** The versions of specs that the host goes by. */
const hostVersions = () =>
  new Promise<Record<string, number>>((resolve, reject) => {
    const socketPath = join(installation.run, 'supervisor.sock')
    const ask = request({ socketPath, path: '/branches' }, async (reply) => {
      let text = ''
      for await (const chunk of reply) text += chunk
      const reports = JSON.parse(text) as { ref: string; specVersion: number }[]
      resolve(Object.fromEntries(reports.map(({ ref, specVersion }) => [ref, specVersion])))
    })
    ask.on('error', reject)
    ask.end()
  })

const halves: Readonly<Record<string, string>> = {
  'live projects without a spec':
    "select ref from projects where status <> 'REMOVED' and ref not in (select ref from specs)",
  'specs of nobody':
    "select ref from specs where ref not in (select ref from projects where status <> 'REMOVED')",
  'keys of nobody':
    "select ref from api_keys where ref not in (select ref from projects where status <> 'REMOVED')",
  'projects of branches without a branch':
    "select ref from projects where status <> 'REMOVED' and parent_ref is not null and ref not in (select ref from branches)",
  'branches without a project':
    "select ref from branches where ref not in (select ref from projects where status <> 'REMOVED')",
  'runs without a branch':
    "select id from action_runs where status in ('waiting', 'running') and branch_id not in (select id from branches)",
}

const expectNothingHalf = async (): Promise<void> => {
  for (const [what, text] of Object.entries(halves)) expect(await site.control(text), what).toEqual([])
  const told = await site.control('select ref, version from specs order by ref')
  const versions = Object.fromEntries(told.map(({ ref, version }) => [ref, version]))
  await until('the host to know every spec', async () => {
    expect(await hostVersions()).toEqual(versions)
    return true
  })
  const folders = await readdir(join(installation.data, 'clusters'))
  expect(folders.filter((name) => /^[a-z]{20}$/.test(name)).toSorted()).toEqual(Object.keys(versions))
}

/** `undefined` when the answer was lost together with the control plane. */
const answerOf = (given: Promise<Reply>): Promise<Reply | undefined> =>
  given.then(
    (reply) => (reply.status >= 500 ? undefined : reply),
    () => undefined,
  )

const groups: Readonly<Record<string, (site: Site) => Promise<readonly Order[]>>> = {
  life: lifeOrders,
  branches: branchOrders,
  past: pastOrders,
  settings: settingsOrders,
}
const cases = Array.from({ length: rounds }, (_, round) =>
  Object.keys(groups).map((name) => ({ name, round, ms: Math.floor(Math.random() * longestMs) })),
).flat()

test.each(cases)('$name, killed after $ms ms, round $round', async ({ name, ms }) => {
  const orders = (await groups[name]?.(site)) ?? []
  const answers = Promise.all(orders.map(({ give }) => answerOf(give())))
  await new Promise((resolve) => setTimeout(resolve, ms))
  await kill()
  const replies = await answers
  await untilSettled()
  await expectNothingHalf()
  const outcomes: boolean[] = []
  for (const [at, order] of orders.entries()) {
    const reply = replies[at]
    expect([undefined, 200, 201], `${order.name}: ${JSON.stringify(reply)}`).toContain(reply?.status)
    const isDone = await order.isDone().catch((cause) => {
      throw new Error(`${order.name}: half carried out`, { cause })
    })
    // A promise is kept.
    if (reply !== undefined) expect(isDone, `${order.name} was confirmed`).toBe(true)
    outcomes.push(isDone)
  }
  const seconds = await Promise.all(
    orders.map(({ name: what, give, next }, at) =>
      (next?.(outcomes[at] ?? false) ?? give()).then(({ status, body }) => ({ what, status, body })),
    ),
  )
  expect(seconds.filter(({ status }) => status >= 300)).toEqual([])
  await untilSettled()
  await expectNothingHalf()
  for (const { ref } of await site.control(
    "select ref from projects where status <> 'REMOVED' and parent_ref is null",
  ))
    expect((await manage('DELETE', `/v1/projects/${ref}`)).status).toBe(200)
  await untilSettled()
  await expectNothingHalf()
})
