// One project: asleep, then the first byte or the first row; with a warm spare stack, and with none.

import { setTimeout as delay } from 'node:timers/promises'
import { createProject, type Installation, type Manage, type Project, processesOf, query } from '@plinth/e2e'
import { firstByte, firstRow, makeHost, rest, show, timed } from './stage.ts'

const rounds = 30
const coldRounds = 10

export const withNotes = async (manage: Manage, name: string): Promise<Project> => {
  const project = await createProject(manage, name)
  await query(
    manage,
    project.ref,
    'create table notes (id int); insert into notes values (1); grant select on notes to anon',
  )
  return project
}

const killSpares = async (installation: Installation): Promise<void> => {
  const spares = processesOf(installation.data).filter(({ command }) => command.includes('/spare-'))
  for (const { pid } of spares) process.kill(pid, 'SIGKILL')
  await delay(100)
}

export const measureWakes = async (installation: Installation, manage: Manage): Promise<void> => {
  const project = await withNotes(manage, 'wakes')
  const host = makeHost(installation)
  const times = { sleep: [] as number[], rest: [] as number[], row: [] as number[], cold: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    times.sleep.push(await timed(() => host.sleep(project.ref)))
    await rest(installation)
    times.rest.push(await timed(() => firstByte(project)))
    await host.sleep(project.ref)
    await rest(installation)
    times.row.push(await timed(() => firstRow(installation, project)))
  }
  for (let round = 0; round < coldRounds; round += 1) {
    await host.sleep(project.ref)
    await rest(installation)
    await killSpares(installation)
    times.cold.push(await timed(() => firstByte(project)))
  }
  await host.client.close()
  show('sleep', times.sleep)
  show('wake to first REST byte', times.rest, 'warm spare')
  show('wake to first REST byte, cold', times.cold, 'no spare stack')
  show('wake to first row of a database client', times.row)
}
