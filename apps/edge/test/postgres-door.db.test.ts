// The Postgres entrance, with a real client on one side and a real server on the other.

import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type ConnectOptions, openLine, openPool, sql } from '@plinth/postgres'
import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { writeStartup } from '../src/startup-packet.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let database: TestDatabase
let stage: Stage
let edge: Edge

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  stage = await setStage()
  stage.observer.expect('loopback_port.busy')
  await stage.startSupervisor()
  edge = await stage.startEdge()
  stage.onWake = async (ref) => ({
    status: 200,
    body: { ref, httpSocket: '/nowhere', postgresSocketDir: database.socketDir },
  })
  stage.tell(stage.route(refs.one, 'awake', { postgresSocketDir: database.socketDir }))
  stage.tell(stage.route(refs.asleep, 'asleep'))
  stage.tell(stage.route(refs.two, 'awake', { postgresSocketDir: '/not there any more' }))
  await vi.waitFor(async () => expect(await say({ user: `x.${refs.asleep}` })).not.toContain('not found'))
})
beforeEach(() => {
  stage.wakes.length = 0
})
afterEach(() => stage.observer.check())
afterAll(async () => {
  await stage.close()
  await database.drop()
  await checkLeaks()
})

/** A host name stands where the folder of a socket would: the driver takes either. */
const through = (user: string, password: string): ConnectOptions => ({
  socketDir: '127.0.0.1',
  port: edge.postgresPort,
  user,
  password,
  database: database.database,
})

const whoAmI = async (user: string, password: string, options: Record<string, string> = {}) => {
  const pool = openPool({ ...through(user, password), size: 1, applicationName: 'edge test', options })
  try {
    return await pool.one(sql`select current_user as user`)
  } finally {
    await pool.close()
  }
}

const dial = (bytes: Buffer, port = edge.postgresPort): Socket => {
  const socket = connect(port)
  socket.on('error', () => undefined)
  socket.write(bytes)
  return socket
}

/** What the door says to a first packet, up to its end. */
const say = async (parameters: Record<string, string>, port?: number): Promise<string> => {
  const socket = dial(writeStartup({ version: 196_608, parameters: Object.entries(parameters) }), port)
  socket.end()
  return (await buffer(socket)).toString()
}

describe('a database session', () => {
  it('is refused when the project has as many clients as its size allows, and taken when one has left', async () => {
    const few = 'd'.repeat(20)
    stage.tell(
      stage.route(few, 'awake', {
        postgresSocketDir: database.socketDir,
        clients: { direct: 1, pooled: 1 },
      }),
    )
    const first = openPool({ ...through(`postgres.${few}`, 'postgres'), size: 1, applicationName: 'first' })
    try {
      await vi.waitFor(() => first.one(sql`select 1 as one`))
      await expect(whoAmI(`postgres.${few}`, 'postgres')).rejects.toMatchObject({ sqlstate: '53300' })
    } finally {
      await first.close()
    }
    await vi.waitFor(async () =>
      expect(await whoAmI(`postgres.${few}`, 'postgres')).toEqual({ user: 'postgres' }),
    )
  })

  it('reaches the project its user names, with the password of that project', async () => {
    expect(await whoAmI(`postgres.${refs.one}`, 'postgres')).toEqual({ user: 'postgres' })
    await expect(whoAmI(`postgres.${refs.one}`, 'wrong')).rejects.toMatchObject({ sqlstate: '28P01' })
    expect(stage.wakes).not.toContain(refs.one)
  })

  // PgBouncer lets the user of this name in without a password who comes from a process of its own user.
  it.each([
    { user: `postgres.${refs.one}`, database: 'pgbouncer' },
    { user: `pgbouncer.${refs.one}`, database: 'pgbouncer' },
    { user: `pgbouncer.${refs.one}` },
    { user: `pgbouncer.${refs.one}`, database: '' },
  ])('does not reach the console of the pooler as %o', async (parameters) => {
    expect(await say(parameters, edge.poolerPort)).toContain('database "pgbouncer" does not exist')
  })

  it('reaches the project its options name', async () => {
    expect(await whoAmI('postgres', 'postgres', { reference: refs.one, work_mem: '1MB' })).toEqual({
      user: 'postgres',
    })
  })

  it('wakes a project that sleeps, or that is not where it was', async () => {
    expect(await whoAmI(`postgres.${refs.asleep}`, 'postgres')).toEqual({ user: 'postgres' })
    expect(await whoAmI(`postgres.${refs.two}`, 'postgres')).toEqual({ user: 'postgres' })
    expect(stage.wakes).toEqual([refs.asleep, refs.two])
  })

  it('carries large results', async () => {
    const pool = openPool({
      ...through(`postgres.${refs.one}`, 'postgres'),
      size: 1,
      applicationName: 'edge test',
    })
    const { large } = await pool.one<{ large: string }>(sql`select repeat('x', 20000000) as large`)
    expect(large.length).toBe(20_000_000)
    await pool.close()
  })
})

describe('a session that cannot be', () => {
  it.each([
    {
      name: 'without a project',
      parameters: { user: 'postgres' },
      message: '(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)',
      hint: 'Use postgres.<project reference>',
    },
    {
      name: 'of an unknown project',
      parameters: { user: `postgres.${'z'.repeat(20)}` },
      message: `(ENOTFOUND) tenant/user postgres.${'z'.repeat(20)} not found`,
      hint: 'Check the project reference',
    },
    {
      name: 'of something that is no project',
      parameters: { user: 'postgres.shop' },
      message: '(ENOTFOUND) tenant/user postgres.shop not found',
      hint: 'Check the project reference',
    },
  ])("$name is told what to do, in upstream's words", async ({ parameters, message, hint }) => {
    const said = await say(parameters)
    expect(said.slice(5)).toMatch(/^SFATAL\0VFATAL\0CXX000\0M/)
    expect(said.split('\0')).toContain(`M${message}`)
    expect(said).toContain(hint)
  })

  it('of a project that cannot be woken is told why', async () => {
    const before = stage.onWake
    stage.onWake = async () => ({
      status: 409,
      body: { code: 'branch_paused', message: 'Branch is paused.' },
    })
    await expect(whoAmI(`postgres.${refs.asleep}`, 'postgres')).rejects.toMatchObject({
      sqlstate: '57P03',
      message: 'Branch is paused.',
    })
    stage.onWake = before
  })

  it('in an old protocol is refused', async () => {
    const socket = dial(writeStartup({ version: 131_072, parameters: [['user', 'x']] }))
    expect((await buffer(socket)).toString()).toContain('Only version 3')
  })
})

describe('encryption by GSS', () => {
  const request = (code: number) => {
    const packet = Buffer.alloc(8)
    packet.writeInt32BE(8, 0)
    packet.writeInt32BE(code, 4)
    return packet
  }
  const gss = request(80_877_104)

  it('is declined, and the client may go on in the clear', async () => {
    const socket = dial(gss)
    await vi.waitFor(() => expect(socket.read(1)?.toString()).toBe('N'))
    socket.write(writeStartup({ version: 196_608, parameters: [['user', `postgres.${refs.one}`]] }))
    await vi.waitFor(() => expect(socket.read(1)?.toString()).toBe('R'))
    socket.destroy()
  })

  it('is not declined for ever', async () => {
    const socket = dial(Buffer.concat([gss, gss, gss, gss]))
    expect((await buffer(socket)).toString()).toBe('NN')
  })
})

describe('cancelling', () => {
  it('reaches the server that gave the key', async () => {
    // The line speaks over unix sockets only: a socket that leads to the door.
    const toDoor = createServer((client) => {
      const door = connect(edge.postgresPort)
      client.pipe(door).pipe(client)
    })
    await new Promise<void>((resolve) => toDoor.listen(join(stage.run, '.s.PGSQL.5432'), resolve))
    const line = openLine({
      ...through(`postgres.${refs.one}`, 'postgres'),
      socketDir: stage.run,
      port: 5432,
      size: 1,
    })
    const leaving = new AbortController()
    const sleeping = line.run({
      settings: [],
      statements: [sql`select pg_sleep(20)`],
      mode: 'read',
      signal: leaving.signal,
    })
    sleeping.catch(() => undefined)
    const countSleepers = async () => {
      const { active } = await database.admin.one<{ active: number }>(
        sql`select count(*) as active from pg_stat_activity where application_name = 'plinth' and state = 'active'`,
      )
      return active
    }
    await vi.waitFor(async () => expect(await countSleepers()).toBe(1))
    leaving.abort(new Error('left'))
    await expect(sleeping).rejects.toThrow('left')
    await vi.waitFor(async () => expect(await countSleepers()).toBe(0))
    await line.close()
    await new Promise((resolve) => toDoor.close(resolve))
  })

  it('with an unknown key does nothing', async () => {
    const packet = Buffer.alloc(16)
    packet.writeInt32BE(16, 0)
    packet.writeInt32BE(80_877_102, 4)
    expect(await buffer(dial(packet))).toHaveLength(0)
  })
})

describe('nonsense', () => {
  it('never harms the door', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.boolean(),
        async (bytes, withSize) => {
          const packet = Buffer.from(bytes)
          if (withSize && packet.length >= 4) packet.writeInt32BE(packet.length, 0)
          const socket = dial(packet)
          socket.end()
          await buffer(socket)
        },
      ),
      { numRuns: 50 },
    )
    expect(await whoAmI(`postgres.${refs.one}`, 'postgres')).toEqual({ user: 'postgres' })
  })
})
