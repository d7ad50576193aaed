// Many projects woken in the same instant.

import { freemem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Installation, Manage, Project } from '@plinth/e2e'
import { firstByte, firstRow, makeHost, show, timed } from './stage.ts'
import { withNotes } from './wakes.ts'

/** An awake project with its connections takes about so much. */
const projectMiB = 150
const mostProjects = 60

export const measureMany = async (installation: Installation, manage: Manage): Promise<void> => {
  const count = Math.min(mostProjects, Math.floor(freemem() / 2 ** 20 / 2 / projectMiB))
  const host = makeHost(installation)
  const projects: Project[] = []
  for (let index = 0; index < count; index += 1) projects.push(await withNotes(manage, `many-${index}`))
  const all = async (what: string, act: (project: Project) => Promise<unknown>): Promise<void> => {
    await Promise.all(projects.map(({ ref }) => host.sleep(ref)))
    await delay(2000)
    const times = await Promise.all(projects.map((project) => timed(() => act(project))))
    show(`${count} woken at once to first ${what}`, times, `all in ${Math.max(...times).toFixed(0)} ms`)
  }
  await all('row', (project) => firstRow(installation, project))
  await all('REST byte', firstByte)
  await host.client.close()
}
