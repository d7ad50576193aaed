// A cluster's life on a real Postgres: taken, started, crashed, adopted, stopped.

import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { adoptCluster, sizeOfTree, socketIn, startCluster } from '@plinth/cluster'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRoot, openPlace, type Place, type TestCluster } from './place.ts'

const run = promisify(execFile)

let place: Place
beforeAll(async () => {
  place = await openPlace(2)
  await place.templates.refill()
})
afterAll(() => place.close())

const ask = async <T>(cluster: TestCluster, role: string, statement: ReturnType<typeof sql>): Promise<T> => {
  const pool = cluster.login(role)
  try {
    const [row] = await pool.query<{ value: T }>(statement)
    return row?.value as T
  } finally {
    await pool.close()
  }
}

/** Waits until a statement of another session shows up. */
const until = async (cluster: TestCluster, statement: ReturnType<typeof sql>): Promise<void> => {
  const watcher = cluster.login('supabase_admin')
  while ((await watcher.query(sql`${statement} and pid <> pg_backend_pid()`)).length === 0);
  await watcher.close()
}

const identifier = sql`select system_identifier::text as value from pg_control_system()`

test('a copy starts, takes its passwords and forgets the one of the template', async () => {
  const cluster = await place.take()
  const server = await cluster.start()
  await cluster.setSecrets()
  expect(await ask(cluster, 'postgres', sql`select current_user::text as value`)).toBe('postgres')
  await expect(stat(join(cluster.dataDir, 'plinth-first-password'))).rejects.toThrow('ENOENT')
  expect(await readFile(cluster.logFile, 'utf8')).not.toMatch(/password '/)
  await server.stop()
  await expect(stat(socketIn(cluster.socketDir))).rejects.toThrow('ENOENT')
})

test('a wrong password is refused, for every role and without one', async () => {
  const cluster = await place.take()
  const server = await cluster.start()
  await cluster.setSecrets()
  await cluster.setSecrets()
  const socket = ['-h', cluster.socketDir, '-d', 'postgres', '-wtAc', 'select 1']
  for (const [user, password] of [
    ['postgres', 'wrong'],
    ['supabase_admin', ''],
    ['anon', 'anon'],
  ] as const)
    await expect(
      run(join(place.runtime.binDir, 'psql'), ['-U', user, ...socket], { env: { PGPASSWORD: password } }),
    ).rejects.toThrow(/password|not permitted/)
  await server.stop()
})

test('two copies have different system identifiers', async () => {
  const clusters = [await place.take(), await place.take()]
  const found = []
  for (const cluster of clusters) {
    const server = await cluster.start()
    await cluster.setSecrets()
    found.push(await ask<string>(cluster, 'supabase_admin', identifier))
    await server.stop()
  }
  expect(new Set(found).size).toBe(2)
})

test('after kill -9 it starts again, though its number belongs to someone else by now', async () => {
  const cluster = await place.take()
  const first = await cluster.start()
  await cluster.setSecrets()
  await ask(cluster, 'postgres', sql`create table kept as select 7 as value`)
  const busy = cluster.login('postgres')
  const counting = busy
    .query(sql`select count(*) from generate_series(1, 1000000000) as busy`)
    .catch((error: Error) => error)
  await until(cluster, sql`select from pg_stat_activity where query like '%as busy' and state = 'active'`)
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  const file = join(cluster.dataDir, 'postmaster.pid')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(process.pid)))
  const second = await cluster.start()
  expect(await ask(cluster, 'postgres', sql`select value from kept`)).toBe(7)
  await second.stop()
  expect(await counting).toBeInstanceOf(Error)
  await busy.close()
})

test('a running server is not started twice, but adopted, and stopped by whoever adopted it', async () => {
  const cluster = await place.take()
  const server = await cluster.start()
  await expect(cluster.start()).rejects.toMatchObject({ code: 'database_running' })
  const adopted = await adoptCluster(cluster)
  await adopted?.ready
  expect(adopted?.pid).toBe(server.pid)
  await adopted?.stop()
  await server.exited
  expect(await adoptCluster(cluster)).toBeUndefined()
})

test('a client in the middle of a query does not hold up a stop', async () => {
  const cluster = await place.take()
  const server = await cluster.start()
  await cluster.setSecrets()
  const pool = cluster.login('postgres')
  const sleeping = pool.query(sql`select pg_sleep(600)`).catch((error: Error) => error)
  await until(
    cluster,
    sql`select from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active'`,
  )
  await server.stop('fast')
  expect(await readFile(cluster.logFile, 'utf8')).not.toContain('received immediate shutdown request')
  expect(await sleeping).toBeInstanceOf(Error)
  await pool.close()
})

test('what is in the place of a new data directory stays', async () => {
  const cluster = await place.take()
  await expect(place.templates.take({ dataDir: cluster.dataDir })).rejects.toMatchObject({
    code: 'database_exists',
  })
  expect(await readFile(join(cluster.dataDir, 'PG_VERSION'), 'utf8')).toMatch(/^\d+\n$/)
  expect(await sizeOfTree(cluster.dataDir)).toBeGreaterThan(10_000_000)
})

describe('a server that cannot start says why', () => {
  test('permission', async () => {
    const cluster = await place.take()
    await run('chmod', ['0777', cluster.dataDir])
    await expect(cluster.start()).rejects.toMatchObject({
      code: 'database_permission_denied',
      kind: 'platform',
    })
  })

  test('damaged control file', async () => {
    const cluster = await place.take()
    await writeFile(join(cluster.dataDir, 'global/pg_control'), Buffer.alloc(8192, 1))
    await expect(cluster.start()).rejects.toMatchObject({
      code: expect.stringMatching(/damaged|start_failed/),
    })
  })

  test('the program is not there', async () => {
    const { dataDir, socketDir, logFile } = await place.take()
    const runtime = { binDir: '/nowhere', version: '17.0' }
    await expect(startCluster({ runtime, dataDir, socketDir, logFile, settings: {} })).rejects.toMatchObject({
      code: 'process_cannot_start',
    })
  })
})

describe.runIf(isRoot)('as root', () => {
  const as = async (uid: number, ...command: [string, ...string[]]) => {
    const [program, ...args] = command
    return run(program, args, { uid, gid: uid, cwd: '/' })
  }

  test('a cluster runs as its own user, and no other can read its files or its socket', async () => {
    const cluster = await place.take()
    const server = await cluster.start()
    const uid = cluster.owner.uid ?? 0
    expect((await stat(`/proc/${server.pid}`)).uid).toBe(uid)
    await as(uid, 'cat', join(cluster.dataDir, 'PG_VERSION'))
    await expect(as(uid + 1, 'cat', join(cluster.dataDir, 'PG_VERSION'))).rejects.toThrow('Permission denied')
    await expect(as(uid + 1, 'ls', cluster.socketDir)).rejects.toThrow('Permission denied')
    await server.stop()
  })

  test('a link planted in the data directory leads the platform nowhere', async () => {
    const cluster = await place.take()
    const uid = cluster.owner.uid ?? 0
    const target = join(place.base, `target-${uid}`)
    await writeFile(target, 'untouched')
    await as(uid, 'ln', '-s', target, join(cluster.dataDir, 'plinth.conf'))
    const server = await cluster.start()
    await server.stop()
    expect(await readFile(target, 'utf8')).toBe('untouched')
    expect((await stat(target)).uid).toBe(0)
  })
})
