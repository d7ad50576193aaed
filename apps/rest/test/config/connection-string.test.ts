// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING

import { describe, expect, it } from 'vitest'
import { type Connection, parseConnection } from '../../src/config/connection-string.ts'

const standard: Connection = {
  socketDir: '/run/postgresql',
  port: 5432,
  user: 'me',
  password: '',
  database: 'me',
  applicationName: 'plinth rest',
}

const parse = (text: string, env: Record<string, string> = {}) =>
  parseConnection(text, { env, user: 'me', socketDir: '/run/postgresql' })

describe('a connection string', () => {
  it.each<[string, Partial<Connection>]>([
    ['', {}],
    ['postgresql://', {}],
    ['postgres://host', { socketDir: 'host' }],
    ['postgres:///db', { database: 'db' }],
    [
      'postgresql://user:pass@host:6543/db',
      { socketDir: 'host', port: 6543, user: 'user', password: 'pass', database: 'db' },
    ],
    ['postgres://user@[::1]:99/db', { socketDir: '::1', port: 99, user: 'user', database: 'db' }],
    ['postgres://us%40er:p%3Fw@/d%20b', { user: 'us@er', password: 'p?w', database: 'd b' }],
    [
      'postgres://a:?pass?word@localhost/x',
      { user: 'a', password: '?pass?word', socketDir: 'localhost', database: 'x' },
    ],
    [
      'postgres:///db?host=/tmp/run&port=1&user=u',
      { socketDir: '/tmp/run', port: 1, user: 'u', database: 'db' },
    ],
    ['postgres://%2Ftmp%2Frun/db', { socketDir: '/tmp/run', database: 'db' }],
    ['postgres://one:1,two:2/db', { socketDir: 'one', port: 1, database: 'db' }],
    ['postgres:///db?application_name=mine', { database: 'db', applicationName: 'mine' }],
    ['user=u', { user: 'u', database: 'u' }],
    [
      "host=localhost port=1 dbname='my db' password='it\\'s' user = u",
      { socketDir: 'localhost', port: 1, database: 'my db', password: "it's", user: 'u' },
    ],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual({ ...standard, ...expected })
  })

  it('leaves what it does not say to the environment', () => {
    const env = { PGHOST: 'h', PGPORT: '7', PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd', PGAPPNAME: 'a' }
    const said = { socketDir: 'h', port: 7, user: 'u', password: 'p', database: 'd', applicationName: 'a' }
    expect(parse('postgresql://', env)).toEqual(said)
    expect(parse('postgresql://x@y/z', env)).toEqual({ ...said, socketDir: 'y', user: 'x', database: 'z' })
  })

  it.each(['tmp_db', 'host'])('%s is none', (text) => {
    expect(() => parse(text)).toThrow(`missing "=" after "${text}" in connection info string`)
  })
})
