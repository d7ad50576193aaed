// Memory: of one project awake and asleep, and of a machine with a hundred sleeping projects and five awake.

import { setTimeout as delay } from 'node:timers/promises'
import { type Installation, type Manage, type Project, processesOf } from '@plinth/e2e'
import { pssMiB } from '../process-use.ts'
import { record } from '../record.ts'
import { firstByte, makeHost } from './stage.ts'
import { withNotes } from './wakes.ts'

const sleeping = 100
const awake = 5

const sum = (installation: Installation): number =>
  processesOf(installation.data).reduce((total, { pid }) => {
    try {
      return total + pssMiB(pid)
    } catch {
      return total
    }
  }, 0)

const show = (name: string, median: number, note?: string): void =>
  record('database', { name, unit: 'MiB', median, ...(note === undefined ? {} : { note }) })

export const measureSleepers = async (installation: Installation, manage: Manage): Promise<void> => {
  const host = makeHost(installation)
  const make = async (count: number): Promise<readonly Project[]> => {
    const made: Project[] = []
    for (let index = 0; index < count; index += 1) {
      const project = await withNotes(manage, `s-${index}`)
      await host.sleep(project.ref)
      made.push(project)
    }
    return made
  }
  const measure = async (): Promise<number> => {
    // Copies and spares are made, garbage is collected.
    await delay(10_000)
    return sum(installation)
  }
  const few = await make(awake)
  const before = await measure()
  await make(sleeping)
  const all = await measure()
  const processes = processesOf(installation.data).length
  show(
    'sleeping project',
    (all - before) / sleeping,
    `${processes} processes with ${sleeping + awake} asleep`,
  )
  await Promise.all(few.map(firstByte))
  const served = await measure()
  show('awake idle project', (served - all) / awake, `beside ${sleeping} asleep`)
  show(`${sleeping} asleep and ${awake} awake, in all`, served)
  await host.client.close()
}
