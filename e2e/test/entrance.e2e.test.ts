// The database from outside with the real psql: encrypted, checked, pooled; and HTTPS by host name.

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { Agent, type ClientRequest, request as requestPlainly } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import { freePorts } from '../src/free-ports.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { processesOf } from '../src/processes.ts'
import { psql as ask } from '../src/psql.ts'
import { until } from '../src/until.ts'

const idleSeconds = 2
const run = promisify(execFile)
const checkout = join(import.meta.dirname, '../..')

let installation: Installation
let manage: Manage
let project: Project
let tlsPort: number
let ca: string
let caFile: string

beforeAll(async () => {
  ;[tlsPort = 0] = await freePorts(1)
  installation = await copyInstallation({
    PLINTH_TLS_PORT: String(tlsPort),
    PLINTH_IDLE_SECONDS: String(idleSeconds),
  })
  manage = makeManage(installation)
  project = await createProject(manage, 'entrance')
  const env = { PATH: process.env['PATH'], PLINTH_DATA: installation.data }
  ca = (await run(process.execPath, [join(checkout, 'dist/cli.mjs'), 'ca'], { env })).stdout
  caFile = join(installation.data, 'trusted.pem')
  await writeFile(caFile, ca)
})
afterAll(async () => installation?.remove())

const psql = (sql: string, more: Record<string, string | number>): Promise<string> =>
  ask(sql, { hostaddr: '127.0.0.1', password: project.password, ...more })

const isAsleep = async () => !processesOf(installation.data).some((one) => one.command.includes(project.ref))

test('psql checks the certificate with what `plinth ca` prints, by name and by suffix, and wakes the project', async () => {
  await until('the project to sleep', isAsleep)
  const trusted = { sslmode: 'verify-full', sslrootcert: caFile, port: installation.dbPort }
  const byName = { ...trusted, host: `db.${project.ref}.localhost`, user: 'postgres' }
  expect(await psql('select current_user', byName)).toBe('postgres')
  expect(await psql('select 1', { ...byName, sslnegotiation: 'direct' })).toBe('1')
  expect(await psql('select 2', { ...trusted, host: 'localhost', user: `postgres.${project.ref}` })).toBe('2')
})

const get = (host: string, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: tlsPort, servername: host, ca, path, headers: { host, ...headers } },
      (answer) =>
        void text(answer).then((body) => resolve({ status: answer.statusCode, body: JSON.parse(body) })),
    )
    sent.on('error', reject).end()
  })

test('HTTPS by host name reaches project and Management API', async () => {
  await query(manage, project.ref, 'create table if not exists items (id int); grant select on items to anon')
  const items = () => get(`${project.ref}.localhost`, '/rest/v1/items', { apikey: project.keys.anon })
  await until('the table to be known', async () => (await items()).status === 200)
  expect((await items()).body).toEqual([])
  expect(
    await get('localhost', '/v1/projects', { authorization: `Bearer ${installation.token}` }),
  ).toMatchObject({
    status: 200,
    body: [{ ref: project.ref }],
  })
})

test('who leaves on a kept connection ends a read at the database, and not a write', async () => {
  await query(
    manage,
    project.ref,
    `create table kept (id int); grant insert on kept to anon;
    create function doze() returns void language sql stable as 'select pg_sleep(600)';
    create function keep() returns void language sql as 'select pg_sleep(2); insert into kept values (1)'`,
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { host: `${project.ref}.localhost`, apikey: project.keys.anon }
  const begin = (method: string, path: string): ClientRequest =>
    requestPlainly({ agent, host: '127.0.0.1', port: installation.port, method, path, headers })
  const ask = (path: string) =>
    new Promise<number | undefined>((resolve, reject) =>
      begin('GET', path)
        .on('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode)))
        .on('error', reject)
        .end(),
    )
  const isSleeping = async () => {
    const [row] = await query(
      manage,
      project.ref,
      `select count(*)::int as sleeping from pg_stat_activity where usename = 'authenticator' and wait_event = 'PgSleep'`,
    )
    return row?.['sleeping'] === 1
  }
  const leave = async (method: string, path: string): Promise<boolean> => {
    await until('an answer on a connection that is kept', async () => (await ask('/rest/v1/items')) === 200)
    const sent = begin(method, path).on('error', () => undefined)
    sent.end()
    await until('the statement to run', isSleeping)
    sent.destroy()
    return sent.reusedSocket
  }
  try {
    await until('the functions to be known', async () => (await ask('/rest/v1/kept?limit=0')) !== 404)
    expect(await leave('GET', '/rest/v1/rpc/doze')).toBe(true)
    await until('the read to end', async () => !(await isSleeping()))
    expect(await leave('POST', '/rest/v1/rpc/keep')).toBe(true)
    await until(
      'the write to be done',
      async () => (await query(manage, project.ref, 'select from kept')).length === 1,
    )
  } finally {
    agent.destroy()
  }
})

test('a vanity subdomain leads to the project, with a certificate of its own', async () => {
  const path = `/v1/projects/${project.ref}/vanity-subdomain`
  const activated = await manage('POST', `${path}/activate`, { vanity_subdomain: 'my-shop' })
  expect(activated).toMatchObject({ status: 201, body: { custom_domain: 'my-shop.localhost' } })
  const settings = () => get('my-shop.localhost', '/auth/v1/settings', { apikey: project.keys.anon })
  await until('the entrance to know the name', async () => (await settings()).status === 200)
  expect((await manage('DELETE', path)).status).toBe(200)
  await until('the name to be gone', async () =>
    settings().then(
      ({ status }) => status === 404,
      () => true,
    ),
  )
})

test('what the owner restricts is enforced at the entrance', async () => {
  const target = { port: installation.dbPort, user: `postgres.${project.ref}`, host: 'localhost' }
  const say = (sslmode: string) => psql('select 1', { ...target, sslmode }).catch((error) => String(error))
  const base = `/v1/projects/${project.ref}`
  const restrict = (body: object) => manage('POST', `${base}/network-restrictions/apply`, body)
  const enforce = (database: boolean) =>
    manage('PUT', `${base}/ssl-enforcement`, { requestedConfig: { database } })

  await enforce(true)
  await until('TLS to be demanded', async () => (await say('disable')).includes('ESSLREQUIRED'))
  expect(await say('require')).toBe('1')
  await restrict({ dbAllowedCidrs: ['10.0.0.0/8'] })
  await until('this address to be shut out', async () => (await say('require')).includes('EADDRNOTALLOWED'))
  // The Management API is no visitor.
  expect(await query(manage, project.ref, 'select 1 as one')).toEqual([{ one: 1 }])
  await restrict({ dbAllowedCidrs: ['0.0.0.0/0'], dbAllowedCidrsV6: ['::/0'] })
  await enforce(false)
  await until('everybody to be let in', async () => (await say('disable')) === '1')
})

describe('the pooler', () => {
  const open = async (user = 'postgres', password = project.password) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: installation.poolerPort,
      user: `${user}.${project.ref}`,
      password,
      database: 'postgres',
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  test('is named by the Management API', async () => {
    const { body } = await manage('GET', `/v1/projects/${project.ref}`)
    expect(body.endpoints.pooler).toContain(`:${installation.poolerPort}/postgres`)
  })

  test('wakes a project and takes psql, encrypted and not', async () => {
    await until('the project to sleep', isAsleep)
    const target = { port: installation.poolerPort, user: `postgres.${project.ref}`, host: 'localhost' }
    expect(await psql('select 1', { ...target, sslmode: 'require' })).toBe('1')
    expect(await psql('select 1', { ...target, sslmode: 'disable' })).toBe('1')
  })

  test('serves a hundred clients with few connections, prepared statements included', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => open()))
    try {
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all(
          clients.map((client, at) =>
            client.query({ name: `plus-${at % 7}`, text: `select $1::int + ${at % 7} as sum`, values: [at] }),
          ),
        )
        expect(answers.map(({ rows }) => rows[0].sum)).toEqual(clients.map((_, at) => at + (at % 7)))
      }
      const [{ count }] = await query(
        manage,
        project.ref,
        "select count(*)::int from pg_stat_activity where backend_type = 'client backend' and usename = 'postgres'",
      )
      expect(count).toBeLessThanOrEqual(15)
    } finally {
      await Promise.all(clients.map((client) => client.end()))
    }
  })

  test('keeps as many connections as its owner says, while clients stay', async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, () => open()))
    const tune = (body: object) => manage('PATCH', `/v1/projects/${project.ref}/config/database/pooler`, body)
    const busy = () =>
      Promise.all(clients.map((client) => client.query('select pg_backend_pid() as pid, pg_sleep(0.05)')))
    try {
      expect(await tune({ default_pool_size: 2 })).toMatchObject({
        status: 200,
        body: { default_pool_size: 2 },
      })
      await until('two connections to serve them', async () => {
        const pids = (await busy()).map(({ rows }) => rows[0].pid)
        return new Set(pids).size <= 2
      })
      expect((await tune({ default_pool_size: null })).body).toMatchObject({ default_pool_size: 15 })
      await until('more of them', async () => new Set((await busy()).map(({ rows }) => rows[0].pid)).size > 2)
    } finally {
      await Promise.all(clients.map((client) => client.end()))
    }
  })

  test('cancels what runs too long', async () => {
    const client = await open()
    const slow = client.query('select pg_sleep(30)').then(
      () => 'done',
      (error) => error.code,
    )
    await until(
      'it to run',
      async () =>
        (
          await query(
            manage,
            project.ref,
            "select 1 from pg_stat_activity where query like '%pg_sleep(30)' and pid <> pg_backend_pid()",
          )
        ).length > 0,
    )
    // What the driver sends on its own connection.
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
    const { connect } = await import('node:net')
    const packet = Buffer.alloc(16)
    packet.writeInt32BE(16, 0)
    packet.writeInt32BE(80_877_102, 4)
    packet.writeInt32BE(processID, 8)
    packet.writeInt32BE(secretKey, 12)
    // Like libpq, it stays until the other side closes.
    connect(installation.poolerPort, '127.0.0.1')
      .on('error', () => undefined)
      .write(packet)
    expect(await slow).toBe('57014')
    await client.end()
  })

  test('refuses wrong passwords, and its own console', async () => {
    await expect(open('postgres', 'wrong')).rejects.toThrow(/password|SASL/)
    await expect(
      psql('show config', {
        port: installation.poolerPort,
        user: `pgbouncer.${project.ref}`,
        dbname: 'pgbouncer',
      }),
    ).rejects.toThrow('does not exist')
  })

  test('keeps the project awake while a client is connected, and goes to sleep with it', async () => {
    const client = await open()
    const end = performance.now() + (idleSeconds + 3) * 1000
    while (performance.now() < end) {
      expect(await isAsleep()).toBe(false)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
    await until('the project and its pooler to end', isAsleep)
  })
})
