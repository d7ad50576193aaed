import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLine, openPool, sql } from '../../src/index.ts'
import { request, rows } from './ask-line.ts'

let database: TestDatabase
let server: Server

/** The test's Postgres listens at a socket only; this is its TCP door. */
const openDoor = async (socketDir: string): Promise<Server> => {
  const door = createServer((client) => {
    const inner = connect(`${socketDir}/.s.PGSQL.5432`)
    client.pipe(inner).pipe(client)
    for (const socket of [client, inner])
      socket.on('error', () => undefined).on('close', () => void [client.destroy(), inner.destroy()])
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  return door
}

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  server = await openDoor(database.socketDir)
})
afterAll(async () => {
  server.close()
  await database.drop()
})

const byTcp = () => ({
  ...database.as('supabase_admin'),
  socketDir: '127.0.0.1',
  // A server that listens at a port has such an address.
  port: (server.address() as AddressInfo).port,
})

describe('a server that is reached by TCP', () => {
  it('answers the line, which can also cancel', async () => {
    const line = openLine({ ...byTcp(), size: 1 })
    expect(await rows(line, sql`select 1`)).toEqual([['1']])
    const going = new AbortController()
    const slow = line.run(request(sql`select pg_sleep(30)`, { signal: going.signal }))
    going.abort(new Error('gone'))
    await expect(slow).rejects.toThrow('gone')
    expect(await rows(line, sql`select 2`)).toEqual([['2']])
    await line.close()
  })

  it('answers a pool', async () => {
    const pool = openPool({ ...byTcp(), size: 1, applicationName: 'tcp test' })
    expect(await pool.one(sql`select 1 as one`)).toEqual({ one: 1 })
    await pool.close()
  })
})

it('names no statement when none may be kept', async () => {
  const line = openLine({ ...database.as('supabase_admin'), size: 1, statements: 0 })
  for (const value of ['1', '2']) expect(await rows(line, sql`select ${value}`)).toEqual([[value]])
  expect(await rows(line, sql`select count(*) from pg_prepared_statements where name <> ''`)).toEqual([['0']])
  await line.close()
})
