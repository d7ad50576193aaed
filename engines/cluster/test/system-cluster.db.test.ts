// The control database: made once, kept over restarts, with a password of its own.

import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createSystemCluster,
  findRuntime,
  openArchive,
  systemAddress,
  systemSource,
  takeBackup,
} from '@plinth/cluster'
import { openPool, sql } from '@plinth/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRoot, runtimeFolder } from './place.ts'

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'plinth-system-'))
  await chmod(base, 0o711)
  await mkdir(join(base, 'run'), { mode: 0o700 })
  if (isRoot) await chown(join(base, 'run'), 700_000, 700_000)
})
afterAll(() => rm(base, { recursive: true, force: true }))

const owner = isRoot ? { uid: 700_000, gid: 700_000 } : {}
const archive = () => openArchive({ folder: join(base, 'archive'), ...owner })

const open = async (controlPassword: string) =>
  createSystemCluster({
    runtime: await findRuntime({ folder: runtimeFolder, env: {} }),
    dataDir: join(base, 'clusters/_system/data'),
    socketDir: join(base, 'run'),
    logFile: join(base, 'log'),
    adminPassword: 'the admin',
    controlPassword,
    archive: await archive(),
    ...owner,
  })

const ask = async (password: string, statement: ReturnType<typeof sql>) => {
  const pool = openPool({
    ...systemAddress,
    password,
    socketDir: join(base, 'run'),
    size: 1,
    applicationName: 'test',
  })
  try {
    return await pool.query(statement)
  } finally {
    await pool.close()
  }
}

test('made once, adopted when it runs, started when it does not; the password follows', async () => {
  const made = await open('first')
  expect(
    await ask('first', sql`select current_user::text as user, current_database()::text as database`),
  ).toEqual([systemAddress])
  await ask('first', sql`create table kept (id int)`)
  const adopted = await open('second')
  expect(adopted.pid).toBe(made.pid)
  await adopted.stop()
  const again = await open('second')
  expect(await ask('second', sql`select * from kept`)).toEqual([])
  await expect(ask('first', sql`select 1`)).rejects.toMatchObject({ sqlstate: '28P01' })
  await expect(ask('second', sql`select pg_read_file('/etc/passwd')`)).rejects.toThrow('permission denied')
  await again.stop()
})

test('a data directory that is lost is made again from the archive, to the last moment that was kept', async () => {
  const lost = await open('third')
  const dataDir = join(base, 'clusters/_system/data')
  await ask('third', sql`create table saved (n int)`)
  await takeBackup({
    runtime: await findRuntime({ folder: runtimeFolder, env: {} }),
    archive: await archive(),
    dataDir,
    running: systemSource({ socketDir: join(base, 'run'), adminPassword: 'the admin' }),
    label: 'test',
  })
  await ask('third', sql`insert into saved values (1)`)
  // What ends a server in order also hands its log over.
  await lost.stop()
  await rm(dataDir, { recursive: true })
  const again = await open('fourth')
  expect(await ask('fourth', sql`select n from saved`)).toEqual([{ n: 1 }])
  await again.stop()
})
