// Encryption at the Postgres entrance, judged by the real psql.

import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { psql } from './psql.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let database: TestDatabase
let stage: Stage
let edge: Edge

const tell = (network?: object) =>
  stage.tell(stage.route(refs.one, 'awake', { postgresSocketDir: database.socketDir, network }))

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  stage = await setStage()
  stage.observer.expect('loopback_port.busy')
  await stage.startSupervisor()
  edge = await stage.startEdge()
  tell()
  await vi.waitFor(async () => expect(await ask({ sslmode: 'disable' })).toBe('1'))
})
beforeEach(() => tell())
afterAll(async () => {
  await stage.close()
  await database.drop()
  await checkLeaks()
})

const suffix = { user: `postgres.${refs.one}`, host: 'plinth.test' }
const byName = { user: 'postgres', host: `db.${refs.one}.plinth.test` }

const ask = (more: Record<string, string>, sql = 'select 1') =>
  psql(
    {
      hostaddr: '127.0.0.1',
      port: edge.postgresPort,
      password: 'postgres',
      dbname: database.database,
      ...suffix,
      ...more,
    },
    sql,
  )

describe('a client that wants TLS', () => {
  const ca = { sslrootcert: 'CA' }
  it.each<[string, Record<string, string>, string | RegExp]>([
    ['takes it as it comes', { sslmode: 'require' }, '1'],
    ['prefers it', { sslmode: 'prefer', channel_binding: 'prefer' }, '1'],
    ['does without', { sslmode: 'disable' }, '1'],
    ['checks the name of the installation', { sslmode: 'verify-full', ...ca }, '1'],
    ['checks the name of the project', { sslmode: 'verify-full', ...ca, ...byName }, '1'],
    ['is routed by name', { sslmode: 'require', ...byName }, '1'],
    ['begins with it', { sslmode: 'verify-full', sslnegotiation: 'direct', ...ca, ...byName }, '1'],
    [
      'finds another name',
      { sslmode: 'verify-full', ...ca, host: 'plinth.example' },
      /does not match host name/,
    ],
    [
      'trusts somebody else',
      { sslmode: 'verify-full', host: 'plinth.test', sslrootcert: 'system' },
      /verify failed/,
    ],
    [
      'names no project',
      { sslmode: 'require', ...byName, host: 'plinth.test' },
      /\(ENOIDENTIFIER\)[\s\S]*does not say which project/,
    ],
    [
      'names an unknown one',
      { sslmode: 'require', ...byName, host: `db.${'z'.repeat(20)}.plinth.test` },
      /\(ENOTFOUND\) tenant\/user postgres\.z{20} not found/,
    ],
    [
      'has the wrong password',
      { sslmode: 'require', ...byName, password: 'wrong' },
      /password authentication failed/,
    ],
  ])('%s', async (_what, more, expected) => {
    const rootcert = more['sslrootcert'] === 'CA' ? { sslrootcert: join(stage.run, 'tls/ca.pem') } : {}
    expect(await ask({ ...more, ...rootcert })).toMatch(
      typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected,
    )
  })

  it('carries large results', async () => {
    expect((await ask({ sslmode: 'require' }, "select repeat('x', 3000000)")).length).toBe(3_000_000)
  })

  it('that begins with it but speaks another protocol is turned away', async () => {
    const client = connectTls({
      port: edge.postgresPort,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    await expect(
      new Promise((resolve, reject) => client.on('secureConnect', resolve).on('error', reject)),
    ).rejects.toThrow()
  })

  it('whose request is followed by bytes in the clear is turned away', async () => {
    const socket = connect(edge.postgresPort, '127.0.0.1')
    socket.on('error', () => undefined)
    const request = Buffer.alloc(8)
    request.writeInt32BE(8, 0)
    request.writeInt32BE(80_877_103, 4)
    socket.write(Buffer.concat([request, Buffer.from('smuggled')]))
    expect((await buffer(socket)).length).toBe(0)
  })
})

describe("a project's rules", () => {
  const known = async (network: object, more: Record<string, string>, expected: RegExp) => {
    tell(network)
    await vi.waitFor(async () => expect(await ask(more)).toMatch(expected))
  }
  it('may demand encryption', async () => {
    await known(
      { requireTls: true },
      { sslmode: 'disable' },
      /\(ESSLREQUIRED\) SSL connection is required for user: postgres\b/,
    )
    expect(await ask({ sslmode: 'require' })).toBe('1')
  })

  it.each<[string[], RegExp]>([
    [['127.0.0.0/8'], /^1$/],
    [['10.0.0.0/8', '2001:db8::/32', '127.0.0.1/32'], /^1$/],
    [['0.0.0.0/0', '::/0'], /^1$/],
    [['10.0.0.0/8'], /\(EADDRNOTALLOWED\) address not in tenant allow_list: 127\.0\.0\.1/],
    [[], /EADDRNOTALLOWED/],
  ])('let in from %j: %s', (allowedCidrs, expected) =>
    known({ allowedCidrs }, { sslmode: 'disable' }, expected),
  )
})
