// Wrong passwords at both Postgres entrances until the address is banned, and in again by the Management API.

import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project } from '../src/manage.ts'
import { processesOf } from '../src/processes.ts'
import { psql } from '../src/psql.ts'
import { until } from '../src/until.ts'

let installation: Installation
let manage: Manage
let project: Project
let other: Project

beforeAll(async () => {
  installation = await copyInstallation({ PLINTH_IDLE_SECONDS: '2' })
  manage = makeManage(installation)
  project = await createProject(manage, 'banned')
  other = await createProject(manage, 'neighbour')
})
afterAll(async () => installation?.remove())

/** What the entrance says to a sign-in. */
const enter = async (port: number, password: string, { ref } = project): Promise<string> => {
  const options = { host: '127.0.0.1', port, user: `postgres.${ref}`, password, database: 'postgres' }
  const client = new pg.Client(options)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return 'in'
  } catch (error) {
    return String(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** What psql prints, or what it says instead. */
const ask = (): Promise<string> =>
  psql('select 1', {
    host: '127.0.0.1',
    port: installation.dbPort,
    user: `postgres.${project.ref}`,
    password: project.password,
  }).catch((error: { stderr: string }) => error.stderr)

const guess = async (port: number, times: number) => {
  for (let time = 0; time < times; time += 1)
    expect(await enter(port, 'wrong')).toMatch(/(password|SASL) authentication failed/)
}

test('ten wrong passwords ban an address from one project, until its owner lifts the ban', async () => {
  const { dbPort, poolerPort } = installation
  const bans = `/v1/projects/${project.ref}/network-bans`
  const listed = async () => (await manage('POST', `${bans}/retrieve`)).body

  await guess(dbPort, 9)
  expect(await enter(dbPort, project.password)).toBe('in')
  await guess(dbPort, 5)
  await guess(poolerPort, 4)
  expect(await listed()).toEqual({ banned_ipv4_addresses: [] })
  await guess(poolerPort, 1)

  await until('the ban to be listed', async () => (await listed()).banned_ipv4_addresses.length > 0)
  expect(await listed()).toEqual({ banned_ipv4_addresses: ['127.0.0.1'] })
  const enriched = { banned_address: '127.0.0.1', identifier: project.ref, type: 'PRIMARY' }
  expect((await manage('POST', `${bans}/retrieve/enriched`)).body).toEqual({
    banned_ipv4_addresses: [enriched],
  })
  await until('the entrance to hear of it', async () =>
    (await enter(dbPort, project.password)).includes('Too many wrong passwords came from 127.0.0.1'),
  )
  expect(await enter(poolerPort, project.password)).toContain('Too many wrong passwords')
  expect(await enter(dbPort, other.password, other)).toBe('in')

  await until(
    'the project to sleep',
    async () => !processesOf(installation.data).some(({ command }) => command.includes(project.ref)),
  )
  expect(await ask()).toMatch(/HINT: .*supabase network-bans remove --db-unban-ip 127\.0\.0\.1/)
  expect(processesOf(installation.data).filter(({ command }) => command.includes(project.ref))).toEqual([])
  const headers = { apikey: project.keys.anon }
  expect((await fetch(`${project.url}/auth/v1/settings`, { headers })).status).toBe(200)

  const lifted = await manage('DELETE', bans, { ipv4_addresses: ['127.0.0.1'] })
  expect([lifted.status, lifted.body]).toEqual([200, ''])
  expect(await listed()).toEqual({ banned_ipv4_addresses: [] })
  await until('the right password to be taken again', async () => (await ask()) === '1')
})
