// Orders that change what a project is called, who has it and how it is set; several of them wait for each other.

import pg from 'pg'
import { createProject } from '../../src/manage.ts'
import { eitherOf, type Order, ok, one, type Site } from './order.ts'

export const settingsOrders = async (site: Site): Promise<readonly Order[]> => {
  const { manage, control, installation } = site
  const [sold, set, marked] = [
    await createProject(manage, 'sold'),
    await createProject(manage, 'set'),
    await createProject(manage, 'marked'),
  ]
  const path = (tail: string, ref = set.ref) => `/v1/projects/${ref}${tail}`
  const buyer = ok(await manage('POST', '/v1/organizations', { name: 'Buyer' })).body.id as string
  const ownerOf = async () => (await manage('GET', path('', sold.ref))).body.organization_slug
  const seller = await ownerOf()
  const transfer = (slug: string) =>
    manage('POST', `/v2/projects/${sold.ref}/transfers`, {
      data: { type: 'project_transfer_input', attributes: { target_organization_slug: slug } },
    })
  const host = `${set.ref}.example.com`
  ok(await manage('POST', path('/custom-hostname/initialize'), { custom_hostname: host }))
  // As after its records were found.
  await control("update host_names set status = 'reachable' where ref = $1", [set.ref])
  const hostStatus = async () =>
    (await control('select status from host_names where ref = $1', [set.ref]))[0].status

  const password = `new-${set.password}`
  const logsIn = async (word: string): Promise<boolean> => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: installation.dbPort,
      user: `postgres.${set.ref}`,
      password: word,
      database: 'postgres',
    })
    try {
      await client.connect()
      await client.end()
      return true
    } catch (error) {
      if (/password authentication failed/.test(String(error))) return false
      throw error
    }
  }
  const setPostgres = () =>
    manage('PATCH', path('/config/database/postgres', marked.ref), { max_parallel_workers: 3 })
  const secrets = [
    { name: 'FIRST', value: 'one' },
    { name: 'SECOND', value: 'two' },
  ]
  const pointPath = path('/database/backups/restore-point', sold.ref)

  return [
    {
      name: 'transfer',
      give: () => transfer(buyer),
      isDone: async () => eitherOf(await ownerOf(), seller, buyer),
      next: (isDone) => transfer(isDone ? seller : buyer),
    },
    {
      name: 'restore point',
      give: () => manage('POST', pointPath, { name: 'here' }),
      isDone: async () => {
        const { status, body } = await manage('GET', `${pointPath}?name=here`)
        return eitherOf([status, body.status], [404, undefined], [200, 'AVAILABLE'])
      },
      next: () => manage('POST', pointPath, { name: 'there' }),
    },
    {
      name: 'custom hostname',
      give: () => manage('POST', path('/custom-hostname/activate')),
      isDone: async () => eitherOf(await hostStatus(), 'reachable', 'active'),
      next: (isDone) =>
        isDone
          ? manage('DELETE', path('/custom-hostname'))
          : manage('POST', path('/custom-hostname/activate')),
    },
    {
      name: 'password',
      give: () => manage('PATCH', path('/database/password'), { password }),
      isDone: async () =>
        eitherOf([await logsIn(set.password), await logsIn(password)], [true, false], [false, true]),
      next: () => manage('PATCH', path('/database/password'), { password: 'another one' }),
    },
    {
      name: 'secrets',
      give: () => manage('POST', path('/secrets'), secrets),
      isDone: async () => {
        const names = (await manage('GET', path('/secrets'))).body.map(({ name }: { name: string }) => name)
        return eitherOf(
          names.filter((name: string) => !name.startsWith('SUPABASE_')),
          [],
          ['FIRST', 'SECOND'],
        )
      },
      next: () => manage('DELETE', path('/secrets'), ['FIRST']),
    },
    {
      name: 'Postgres settings',
      give: setPostgres,
      isDone: async () => {
        const { body } = await manage('GET', path('/config/database/postgres', marked.ref))
        const shown = await one(site, marked.ref, 'show max_parallel_workers')
        const usual = eitherOf(body.max_parallel_workers, undefined, 3)
        return eitherOf(shown === '3', false, true) === usual ? usual : eitherOf([shown, body], [], [])
      },
      next: setPostgres,
    },
    {
      name: 'settings of the data API',
      give: () => manage('PATCH', path('/postgrest'), { max_rows: 7 }),
      isDone: async () => eitherOf((await manage('GET', path('/postgrest'))).body.max_rows, 1000, 7),
      next: () => manage('PATCH', path('/postgrest'), { max_rows: 8 }),
    },
  ]
}
