// Branches, restore points, undo and a moment in the past, with a small and with a large database.

import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ProjectRef, StackSpec } from '@plinth/contracts'
import { createProject, type Installation, type Manage, type Project, until } from '@plinth/e2e'
import { sql } from '@plinth/postgres'
import { type Host, makeHost, show, timed, withPool } from './stage.ts'

const rounds = 5
const letters = 'abcdefghijklmnopqrstuvwxyz'
const newRef = (): ProjectRef =>
  ProjectRef.parse(Array.from(randomBytes(20), (byte) => letters[byte % 26]).join(''))

const specOf = (ref: ProjectRef, source: ProjectRef | undefined, version = 1): StackSpec => {
  const names = Object.keys(StackSpec.shape.database.shape.passwords.shape)
  return StackSpec.parse({
    ref,
    version,
    ...(version > 1 ? { desired: 'removed' } : {}),
    ...(source === undefined ? {} : { source: { ref: source } }),
    publicUrl: `http://${ref}.localhost`,
    loopbackPort: 1,
    jwt: { secret: 'x'.repeat(40) },
    database: { passwords: Object.fromEntries(names.map((name) => [name, `of ${name}`])) },
    rest: {},
    auth: {},
  })
}

/** Copies of the template are ready, as when a branch is made now and then. */
const untilReady = async ({ data }: Installation): Promise<void> => {
  const folder = join(data, 'templates')
  const isReady = async () => {
    const [template = ''] = await readdir(folder)
    const names = await readdir(join(folder, template, 'ready'))
    return names.filter((name) => !name.startsWith('.')).length >= 3
  }
  await until('copies of the template', isReady)
}

/** Until it serves; then it is removed. */
const measureBranch = async (host: Host, source: ProjectRef | undefined): Promise<number> => {
  const ref = newRef()
  const ms = await timed(async () => {
    await host.client.request('PUT', `/branches/${ref}`, specOf(ref, source))
    await host.wake(ref)
  })
  await host.client.request('PUT', `/branches/${ref}`, specOf(ref, source, 2))
  await until('its end', async () => (await host.statusOf(ref).catch(() => 'gone')) === undefined)
  return ms
}

const repeat = async (times: number, measure: () => Promise<number>): Promise<readonly number[]> => {
  const all: number[] = []
  for (let round = 0; round < times; round += 1) all.push(await measure())
  return all
}

const fill = (installation: Installation, project: Project, mib: number): Promise<unknown> =>
  withPool(installation, project, (pool) =>
    pool.session((session) =>
      session.script(
        `create table filler as select i, repeat(md5(i::text), 30) as x from generate_series(1, ${mib * 1000}) i;
         create table notes (id int); insert into notes values (1)`,
      ),
    ),
  )

const restore = (host: Host, ref: string, target: object): Promise<number> =>
  timed(async () => {
    const { status, body } = await host.client.request('POST', `/branches/${ref}/restore`, { target })
    if (status !== 202) throw new Error(JSON.stringify(body))
    await host.wake(ref)
  })

const measureSize = async (
  installation: Installation,
  { manage, host }: { readonly manage: Manage; readonly host: Host },
  mib: number,
): Promise<void> => {
  const label = mib >= 1000 ? `${mib / 1000} GB` : `${mib} MB`
  const project = await createProject(manage, `copies-${mib}`)
  await fill(installation, project, mib)
  const ref = ProjectRef.parse(project.ref)
  const branch = async () => {
    await untilReady(installation)
    return measureBranch(host, ref)
  }
  show(`branch of ${label}, source awake`, await repeat(rounds, branch))
  await host.sleep(ref)
  show(`branch of ${label}, source asleep`, await repeat(rounds, branch))
  await host.wake(ref)
  const point = (name: string) =>
    host.client.request('POST', `/branches/${ref}/restore-points`, { name }, { timeoutMs: 600_000 })
  show(`first restore point, ${label}`, [await timed(() => point('first'))])
  show(`restore point, ${label}`, await repeat(rounds, () => timed(() => point(`at ${Date.now()}`))))
  const write = () => withPool(installation, project, (pool) => pool.run(sql`insert into notes values (2)`))
  const undo = async () => {
    await write()
    return restore(host, ref, { restorePoint: 'first' })
  }
  show(`undo to serving, ${label}`, await repeat(3, undo))
  const back = async () => {
    const { body } = await host.client.request('GET', `/branches/${ref}/backups`)
    await write()
    return restore(host, ref, { time: (body as { window: { latest: string } }).window.latest })
  }
  show(`moment in the past to serving, ${label}`, await repeat(3, back))
}

export const measureCopies = async (installation: Installation, manage: Manage): Promise<void> => {
  const host = makeHost(installation)
  const fresh = async () => {
    await untilReady(installation)
    return measureBranch(host, undefined)
  }
  show('branch without data', await repeat(rounds, fresh))
  for (const mib of [20, 1000]) await measureSize(installation, { manage, host }, mib)
  await host.client.close()
}
