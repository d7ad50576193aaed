// The way to the database: encrypted or not by every sslmode, with and without authorities and certificates, and
// past servers that do not answer. https://www.postgresql.org/docs/17/libpq-ssl.html#LIBPQ-SSL-PROTECTION

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuthority } from '@plinth/certificates'
import { openLine, openPool, sql } from '@plinth/postgres'
import { openAdmin, startTestServer, type TestServer } from '@plinth/testing/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConnection } from '../src/config/connection-string.ts'
import { badgeAuthority, badgeCertificate, badgeKey } from './a-badge.ts'
import { startServer } from './a-server.ts'

let folder: string
let server: TestServer
let port: number
const file = (name: string) => join(folder, name)

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      // A server that listens at a port has such an address.
      const { port: free } = probe.address() as AddressInfo
      probe.close(() => resolve(free))
    })
  })

const roles = ['secret', 'open', 'either', 'badge', 'old']
const password = 'a password'

const rules = `
local all all scram-sha-256
hostssl all secret 127.0.0.1/32 scram-sha-256
hostnossl all open 127.0.0.1/32 scram-sha-256
host all either 127.0.0.1/32 scram-sha-256
hostssl all badge 127.0.0.1/32 cert
host all old 127.0.0.1/32 password
`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rest-tls-'))
  const authority = await openAuthority(file('authority'), randomBytes(32))
  const stranger = await openAuthority(file('stranger'), randomBytes(32))
  const own = authority.issue(['localhost'])
  writeFileSync(file('ca.pem'), authority.certificate)
  writeFileSync(file('stranger.pem'), stranger.certificate)
  writeFileSync(file('badge.crt'), badgeCertificate)
  writeFileSync(file('badge.key'), badgeKey, { mode: 0o600 })
  port = await freePort()
  server = await startTestServer({
    settings: {
      ...{ listen_addresses: '127.0.0.1', port: String(port), ssl: 'on' },
      ...{ ssl_cert_file: 'own.crt', ssl_key_file: 'own.key', ssl_ca_file: 'ca.pem' },
    },
    files: {
      'own.crt': own.cert,
      'own.key': own.key,
      'ca.pem': authority.certificate + badgeAuthority,
      'pg_hba.conf': rules,
    },
  })
  const admin = openAdmin(server.socketDir, 'postgres', port)
  for (const role of roles)
    await admin.session((session) => session.script(`create role ${role} login password '${password}'`))
  await admin.session((session) =>
    session.script(`create function public.encrypted() returns boolean language sql stable as
      $$ select ssl from pg_stat_ssl where pid = pg_backend_pid() $$`),
  )
  await admin.close()
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const connection = (user: string, words: string) =>
  parseConnection(`user=${user} password='${password}' dbname=postgres port=${port} ${words}`, {
    env: { HOME: folder },
    user: 'nobody',
    socketDir: server.socketDir,
  })

/** Whether the line's connection is encrypted, and the driver's. */
const ask = async (user: string, words: string): Promise<readonly [line: boolean, pool: boolean]> => {
  const given = connection(user, words)
  const text = sql`select ssl::text from pg_stat_ssl where pid = pg_backend_pid()`
  const line = openLine({ ...given, size: 1 })
  const pool = openPool({ ...given, size: 1 })
  try {
    // The pool first: it does not try again.
    const row = await pool.one<{ ssl: string }>(text)
    const [result] = await line.run({ settings: [], statements: [text], mode: 'read' })
    return [result?.rows[0]?.[0] === 'true', row.ssl === 'true']
  } finally {
    await Promise.all([line.close(), pool.close()])
  }
}

const at = 'hostaddr=127.0.0.1 host=localhost'
const [encrypted, bare] = [
  [true, true],
  [false, false],
]
const ca = () => `sslrootcert=${file('ca.pem')}`

describe('sslmode', () => {
  it.each<[string, string, () => string, unknown]>([
    ['either', 'disable', () => '', bare],
    ['either', 'allow', () => '', bare],
    ['either', 'prefer', () => '', encrypted],
    ['either', 'require', () => '', encrypted],
    ['either', 'require', ca, encrypted],
    ['either', 'verify-ca', ca, encrypted],
    ['either', 'verify-full', ca, encrypted],
    ['either', 'require', () => 'sslnegotiation=direct', encrypted],
    // The server decides by user: what it refuses one way is tried the other way.
    ['secret', 'allow', () => '', encrypted],
    ['open', 'prefer', () => '', bare],
    [
      'badge',
      'verify-full',
      () => `${ca()} sslcert=${file('badge.crt')} sslkey=${file('badge.key')}`,
      encrypted,
    ],
    ['old', 'require', () => '', encrypted],
  ])('%s, %s', async (user, mode, more, expected) => {
    expect(await ask(user, `${at} sslmode=${mode} ${more()}`)).toEqual(expected)
  })

  it('prefers encryption when nothing is said', async () => {
    expect(await ask('either', at)).toEqual(encrypted)
  })

  it.each<[string, () => string, string]>([
    ['a user who may only come encrypted', () => `user=secret ${at} sslmode=disable`, '28000'],
    ['a user who may only come in the open', () => `user=open ${at} sslmode=require`, '28000'],
    [
      'an authority nobody knows',
      () => `${at} sslmode=verify-ca sslrootcert=${file('stranger.pem')}`,
      '08001',
    ],
    [
      'require with the wrong authority',
      () => `${at} sslmode=require sslrootcert=${file('stranger.pem')}`,
      '08001',
    ],
    ['a name the certificate does not bear', () => `host=127.0.0.1 sslmode=verify-full ${ca()}`, '08001'],
    ['no certificate where one is asked for', () => `user=badge ${at} sslmode=require`, '28000'],
  ])('refuses %s', async (_name, words, sqlstate) => {
    await expect(ask('either', words())).rejects.toMatchObject({ sqlstate })
  })

  it('takes a certificate whose name does not matter', async () => {
    expect(await ask('either', `host=127.0.0.1 sslmode=verify-ca ${ca()}`)).toEqual(encrypted)
  })
})

describe('several places', () => {
  it('goes past one where nobody answers', async () => {
    const nobody = await freePort()
    const words = `host=127.0.0.1,127.0.0.1 port=${nobody},${port} sslmode=require`
    expect(await ask('either', words)).toEqual(encrypted)
  })

  it('knows which kind of server it is', async () => {
    expect(await ask('either', `${at} target_session_attrs=read-write`)).toEqual(encrypted)
    await expect(ask('either', `${at} target_session_attrs=standby`)).rejects.toThrow(
      'The server is not standby',
    )
    expect(await ask('either', `${at} target_session_attrs=prefer-standby`)).toEqual(encrypted)
  })
})

it('cancels over the same kind of connection', async () => {
  const line = openLine({ ...connection('either', `${at} sslmode=require`), size: 1 })
  const going = new AbortController()
  const nap = { settings: [], statements: [sql`select pg_sleep(60)`], mode: 'read' as const }
  const slow = line.run({ ...nap, signal: going.signal })
  going.abort(new Error('gone'))
  await expect(slow).rejects.toThrow('gone')
  const [result] = await line.run({ ...nap, statements: [sql`select 1`] })
  expect(result?.rows).toEqual([['1']])
  await line.close()
})

it('the program reads its schema and answers over TLS', async () => {
  const { ask: asks, end } = await startServer({
    PGRST_DB_URI: `postgresql://either:${encodeURIComponent(password)}@localhost:${port}/postgres?hostaddr=127.0.0.1&sslmode=verify-full`,
    PGSSLROOTCERT: file('ca.pem'),
    PGRST_DB_ANON_ROLE: 'either',
  })
  expect(await asks('/rpc/encrypted')).toMatchObject({ status: 200, body: true })
  await end()
})
