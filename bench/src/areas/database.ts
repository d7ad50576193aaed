// The database's life: create, sleep, wake to the first REST byte and to the first row of a database client, and
// many projects woken in the same instant.

import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  createProject,
  type Installation,
  makeManage,
  type Project,
  query,
  startInstallation,
  until,
} from '@plinth/e2e'
import { unixClient } from '@plinth/http'
import { openPool, sql } from '@plinth/postgres'
import { record } from '../record.ts'
import { median, percentile } from '../statistics.ts'

const rounds = 30
/** An awake project with its connections takes about so much. */
const projectMiB = 150
const mostProjects = 60

const show = (name: string, times: readonly number[], note?: string): void =>
  record('database', {
    name,
    unit: 'ms',
    median: median(times),
    spread: percentile(times, 0.95),
    ...(note === undefined ? {} : { note }),
  })

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await act()
  return performance.now() - started
}

const sparesAreWarm = (installation: Installation) => async () =>
  (await readdir(installation.run)).filter((name) => name.startsWith('spare-')).length >= 2

/** Asks the supervisor itself, so that no time passes idle. */
const makeSleep = (installation: Installation) => {
  const supervisor = unixClient(join(installation.run, 'supervisor.sock'))
  const statusOf = async (ref: string) =>
    ((await supervisor.request('GET', `/branches/${ref}`)).body as { status: string }).status
  const sleep = async (ref: string): Promise<void> => {
    await supervisor.request('POST', `/branches/${ref}/sleep`)
    await until(`${ref} to sleep`, async () => (await statusOf(ref)) === 'asleep')
  }
  return { sleep, close: supervisor.close }
}

/** Until the first byte of the answer. */
const firstByte = (project: Project): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(project.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', reject)
    socket.write(`GET /rest/v1/notes HTTP/1.1\r\nhost: ${hostname}\r\napikey: ${project.keys.anon}\r\n\r\n`)
    socket.once('data', (bytes) => {
      socket.destroy()
      if (bytes.toString('latin1').startsWith('HTTP/1.1 200')) resolve()
      else reject(new Error(bytes.toString()))
    })
  })

const firstRow = async (installation: Installation, project: Project): Promise<void> => {
  const pool = openPool({
    socketDir: '127.0.0.1',
    port: installation.dbPort,
    user: `postgres.${project.ref}`,
    password: project.password,
    database: 'postgres',
    size: 1,
    applicationName: 'bench',
  })
  try {
    await pool.one(sql`select id from public.notes`)
  } finally {
    await pool.close()
  }
}

const measureWakes = async (installation: Installation, project: Project): Promise<void> => {
  const { sleep, close } = makeSleep(installation)
  const times: { sleep: number[]; rest: number[]; row: number[] } = { sleep: [], rest: [], row: [] }
  const rest = async () => {
    await until('spares', sparesAreWarm(installation))
    await delay(300)
  }
  for (let round = 0; round < rounds; round += 1) {
    times.sleep.push(await timed(() => sleep(project.ref)))
    await rest()
    times.rest.push(await timed(() => firstByte(project)))
    await sleep(project.ref)
    await rest()
    times.row.push(await timed(() => firstRow(installation, project)))
  }
  await close()
  show('sleep', times.sleep)
  show('wake to first REST byte', times.rest, 'warm spare')
  show('wake to first row of a database client', times.row)
}

const measureMany = async (installation: Installation, projects: readonly Project[]): Promise<void> => {
  const { sleep, close } = makeSleep(installation)
  await Promise.all(projects.map(({ ref }) => sleep(ref)))
  await delay(1000)
  const rows = await Promise.all(projects.map((project) => timed(() => firstRow(installation, project))))
  show(`${projects.length} woken at once to first row`, rows, `all in ${Math.max(...rows).toFixed(0)} ms`)
  await Promise.all(projects.map(({ ref }) => sleep(ref)))
  await delay(1000)
  const bytes = await Promise.all(projects.map((project) => timed(() => firstByte(project))))
  show(
    `${projects.length} woken at once to first REST byte`,
    bytes,
    `all in ${Math.max(...bytes).toFixed(0)} ms`,
  )
  await close()
}

/** `wakes` measures one project only, `many` all at once only. */
export const database = async (words = ''): Promise<void> => {
  const installation = await startInstallation({ PLINTH_PROJECT_PORTS: '21000-21199' })
  try {
    const manage = makeManage(installation)
    const count =
      words === 'wakes' ? 1 : Math.min(mostProjects, Math.floor(freemem() / 2 ** 20 / 2 / projectMiB))
    const projects: Project[] = []
    const creates: number[] = []
    for (let index = 0; index < count; index += 1) {
      creates.push(await timed(async () => void projects.push(await createProject(manage, `life-${index}`))))
      const { ref } = projects[index] as Project
      await query(
        manage,
        ref,
        'create table notes (id int); insert into notes values (1); grant select on notes to anon',
      )
    }
    show('create project to healthy', creates)
    await delay(2000)
    if (words !== 'many') await measureWakes(installation, projects[0] as Project)
    if (words !== 'wakes') await measureMany(installation, projects)
  } finally {
    await installation.remove()
  }
}
