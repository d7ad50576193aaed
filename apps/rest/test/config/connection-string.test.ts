// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Connection, parseConnection } from '../../src/config/connection-string.ts'
import { programName } from '../../src/version.ts'

const standard: Connection = {
  socketDir: '/run/postgresql',
  port: 5432,
  user: 'me',
  password: '',
  database: 'me',
  applicationName: programName,
}

const parse = (text: string, env: Record<string, string> = {}) =>
  parseConnection(text, { env: { HOME: '/nowhere', ...env }, user: 'me', socketDir: '/run/postgresql' })

/** What a host is reached with when nothing is said. */
const tls = { mode: 'prefer' } as const

describe('a connection string', () => {
  it.each<[string, Partial<Connection>]>([
    ['', {}],
    ['postgresql://', {}],
    ['postgres://host', { socketDir: 'host', tls }],
    ['postgres:///db', { database: 'db' }],
    [
      'postgresql://user:pass@host:6543/db',
      { socketDir: 'host', port: 6543, user: 'user', password: 'pass', database: 'db', tls },
    ],
    ['postgres://user@[::1]:99/db', { socketDir: '::1', port: 99, user: 'user', database: 'db', tls }],
    ['postgres://us%40er:p%3Fw@/d%20b', { user: 'us@er', password: 'p?w', database: 'd b' }],
    [
      'postgres://a:?pass?word@localhost/x',
      { user: 'a', password: '?pass?word', socketDir: 'localhost', database: 'x', tls },
    ],
    [
      'postgres:///db?host=/tmp/run&port=1&user=u',
      { socketDir: '/tmp/run', port: 1, user: 'u', database: 'db' },
    ],
    ['postgres://%2Ftmp%2Frun/db', { socketDir: '/tmp/run', database: 'db' }],
    [
      'postgres://one:1,two:2/db?target_session_attrs=read-write',
      {
        socketDir: 'one',
        port: 1,
        others: [{ socketDir: 'two', port: 2 }],
        database: 'db',
        serverKind: 'read-write',
        tls,
      },
    ],
    [
      'host=a,b hostaddr=10.0.0.1,10.0.0.2 port=7',
      {
        socketDir: '10.0.0.1',
        serverName: 'a',
        port: 7,
        others: [{ socketDir: '10.0.0.2', serverName: 'b', port: 7 }],
        tls,
      },
    ],
    [
      'postgres://h/db?sslmode=disable&connect_timeout=3',
      { socketDir: 'h', database: 'db', tls: { mode: 'disable' }, connectMs: 3000 },
    ],
    ['postgres://h?sslmode=require&sslsni=0', { socketDir: 'h', tls: { mode: 'require', tellsName: false } }],
    ['postgres://h?ssl=true', { socketDir: 'h', tls: { mode: 'require' } }],
    ['postgres://h?sslrootcert=system', { socketDir: 'h', tls: { mode: 'verify-full' } }],
    ["options='-c search_path=a\\\\ b --work-mem=1MB'", { options: { search_path: 'a b', work_mem: '1MB' } }],
    ['postgres:///db?application_name=mine', { database: 'db', applicationName: 'mine' }],
    ['user=u', { user: 'u', database: 'u' }],
    [
      "host=localhost port=1 dbname='my db' password='it\\'s' user = u",
      { socketDir: 'localhost', port: 1, database: 'my db', password: "it's", user: 'u', tls },
    ],
  ])('%j', (text, expected) => {
    expect(parse(text)).toMatchObject({ ...standard, ...expected })
  })

  it('leaves what it does not say to the environment', () => {
    const env = { PGHOST: 'h', PGPORT: '7', PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd', PGAPPNAME: 'a' }
    const said = { socketDir: 'h', port: 7, user: 'u', password: 'p', database: 'd', applicationName: 'a' }
    expect(parse('postgresql://', env)).toMatchObject(said)
    expect(parse('postgresql://x@y/z', env)).toMatchObject({
      ...said,
      socketDir: 'y',
      user: 'x',
      database: 'z',
    })
  })

  it('finds the password in a file that only we can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pgpass-'))
    const file = join(folder, '.pgpass')
    const lines = ['# mine', 'other:*:*:me:wrong', 'localhost:5432:*:me:s\\:ocket', '*:7:d:*:seven']
    writeFileSync(file, lines.join('\n'), { mode: 0o600 })
    expect(parse('', { HOME: folder }).password).toBe('s:ocket')
    expect(parse('host=h port=7 dbname=d', { HOME: folder }).password).toBe('seven')
    expect(parse('port=9', { PGPASSFILE: file }).password).toBe('')
    chmodSync(file, 0o644)
    expect(parse('', { HOME: folder }).password).toBe('')
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['postgres://h?sslmode=sometimes', 'invalid sslmode value: "sometimes"'],
    [
      'postgres://h?sslmode=verify-full',
      'root certificate file "/nowhere/.postgresql/root.crt" does not exist',
    ],
    ['postgres://h?sslmode=require&sslrootcert=system', 'weak sslmode "require" may not be used'],
    [
      'postgres://h?sslmode=require&sslrootcert=/none.pem',
      'could not read root certificate file "/none.pem"',
    ],
    ['postgres://h?sslmood=require', 'invalid URI query parameter: "sslmood"'],
    ['hots=x', 'invalid connection option "hots"'],
    ['host=a,b port=1,2,3', 'could not match 3 port numbers to 2 hosts'],
    ['port=x', 'invalid port number: "x"'],
    ['target_session_attrs=best', 'invalid target_session_attrs value: "best"'],
    ['postgres://h?channel_binding=require', 'channel_binding=require is not offered'],
    ['service=mine', 'service is not offered'],
  ])('%s is refused', (text, problem) => {
    expect(() => parse(text)).toThrow(problem)
  })

  it.each(['tmp_db', 'host'])('%s is none', (text) => {
    expect(() => parse(text)).toThrow(`missing "=" after "${text}" in connection info string`)
  })
})
