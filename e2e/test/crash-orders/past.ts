// Orders that take a database back, each to a moment when it had one row.

import { createProject, query } from '../../src/manage.ts'
import { until } from '../../src/until.ts'
import { eitherOf, type Order, ok, one, type Site } from './order.ts'

export const pastOrders = async (site: Site): Promise<readonly Order[]> => {
  const { manage } = site
  const make = async (name: string) => {
    const { ref } = await createProject(manage, name)
    const base = `/v1/projects/${ref}/database/backups`
    await query(manage, ref, 'create table public.notes (id int); insert into public.notes values (1)')
    ok(await manage('POST', `${base}/restore-point`, { name: 'one note' }))
    const second = await one(site, ref, 'select ceil(extract(epoch from clock_timestamp()))::int + 1')
    return { ref, base, second }
  }
  const targets = [await make('undone'), await make('in a second'), await make('from a backup')] as const
  const [undone, moment, backup] = targets
  for (const { ref, second } of targets) {
    await until('the second to pass', async () => Date.now() > second * 1000 + 50)
    await query(manage, ref, 'insert into public.notes values (2)')
  }
  const [{ id }] = (await manage('GET', backup.base)).body.backups
  const back = (name: string, { ref, base }: (typeof targets)[number], tail: string, body: object): Order => {
    const give = () => manage('POST', `${base}/${tail}`, body)
    return {
      name,
      give,
      isDone: async () =>
        eitherOf(
          (await query(manage, ref, 'select id from public.notes order by id')).map((row) => row.id),
          [1, 2],
          [1],
        ),
      next: give,
    }
  }
  return [
    back('undo', undone, 'undo', { name: 'one note' }),
    back('PITR', moment, 'restore-pitr', { recovery_time_target_unix: moment.second }),
    back('restore of a backup', backup, 'restore', { id }),
  ]
}
