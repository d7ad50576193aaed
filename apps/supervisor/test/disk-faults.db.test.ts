// A branch whose disk is full, read-only, or does not answer, and one whose archive is away. Only root can give a
// branch a disk of its own.

import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refOf } from './fixtures.ts'
import { Installation } from './installation.ts'

const isRoot = process.getuid?.() === 0
const [one, two] = [refOf(1), refOf(2)]
let here: Installation
let home: string
beforeAll(async () => {
  here = new Installation(await Installation.model())
  home = join(here.data, 'clusters', one)
  await here.start()
  await here.awake(one, two)
  await withPool(one, (pool) => pool.run(sql`create table numbers (n int primary key, filler text)`))
})
afterAll(async () => {
  await here.remove()
})

const withPool = async <T>(ref: string, use: (pool: Pool) => Promise<T>): Promise<T> => {
  const pool = openPool({
    socketDir: join(here.run, ref),
    user: 'postgres',
    password: 'postgres-secret-of-a-test',
    database: 'postgres',
    size: 1,
    applicationName: 'test',
  })
  return use(pool).finally(pool.close)
}
const acknowledged: number[] = []
const insert = async (n: number, bytes = 0): Promise<void> => {
  await withPool(one, (pool) =>
    pool.run(
      sql`insert into numbers values (${n}, (select string_agg(md5(i::text), '') from generate_series(1, ${bytes / 32}::int) i))`,
    ),
  )
  acknowledged.push(n)
}
const rows = () =>
  withPool(one, async (pool) =>
    (await pool.query<{ n: number }>(sql`select n from numbers order by n`)).map(({ n }) => n),
  )
const sleep = async () => {
  await here.request('POST', `/branches/${one}/sleep`)
  await here.until(one, 'asleep')
}
const wakes = async () => expect(await here.wake(one)).toMatchObject({ status: 200 })

const system = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { stdio: 'ignore' })
const mount = (...args: readonly string[]) => system('mount', ...args)
const size = '160m'

/** Puts the sleeping branch on a small disk of its own while `use` runs. */
const onOwnDisk = async (use: () => Promise<void>): Promise<void> => {
  await sleep()
  renameSync(home, `${home}.aside`)
  system('mkdir', home)
  mount('-t', 'tmpfs', '-o', `size=${size},mode=711`, 'none', home)
  system('cp', '-a', `${home}.aside/.`, home)
  try {
    await use()
  } finally {
    mount('-o', 'remount,rw', home)
    await sleep()
    system('cp', '-a', `${home}/.`, `${home}.copy`)
    system('umount', home)
    for (const old of [home, `${home}.aside`]) rmSync(old, { recursive: true, force: true })
    renameSync(`${home}.copy`, home)
  }
}

const otherServes = async () => expect(await here.wake(two)).toMatchObject({ status: 200 })

describe.runIf(isRoot)('a disk that', () => {
  it('gets full: what was acknowledged stays, and with room again it goes on by itself', () =>
    onOwnDisk(async () => {
      await wakes()
      await insert(1)
      const filler = join(home, 'filler')
      const fill = () => system('sh', '-c', `dd if=/dev/zero of=${filler} bs=64k 2>/dev/null || true`)
      fill()
      await expect(
        (async () => {
          for (let n = 100; n < 400; n += 1) await insert(n, 200_000)
        })(),
      ).rejects.toThrow()
      await otherServes()
      rmSync(filler)
      await vi.waitFor(() => insert(2), { interval: 200 })
      expect(await rows()).toEqual(expect.arrayContaining(acknowledged))

      await sleep()
      fill()
      expect(await here.wake(one)).toMatchObject({ status: 503 })
      expect(await here.report(one)).toMatchObject({
        status: 'broken',
        reason: 'The disk of the host is full.',
      })
      await otherServes()
      rmSync(filler)
      await vi.waitFor(wakes, { interval: 500 })
      expect(await rows()).toEqual(expect.arrayContaining(acknowledged))
    }))

  it('is read-only is named as the reason, and serves again when it is not', () =>
    onOwnDisk(async () => {
      mount('-o', 'remount,ro', home)
      expect(await here.wake(one)).toMatchObject({ status: 503 })
      expect(await here.report(one)).toMatchObject({
        status: 'broken',
        reason: 'The disk of the host is read-only.',
      })
      await otherServes()
      mount('-o', 'remount,rw', home)
      await here.restart(one)
      await here.until(one, 'awake')
      expect(await rows()).toEqual(expect.arrayContaining(acknowledged))
    }))
})

describe('an archive that is away', () => {
  const archive = () => join(here.data, 'archive', one)

  it('keeps nobody from writing, sleeping and waking', async () => {
    await wakes()
    renameSync(archive(), `${archive()}.away`)
    writeFileSync(archive(), '')
    await insert(3)
    await sleep()
    await wakes()
    await insert(4)
    await sleep()
    rmSync(archive())
    renameSync(`${archive()}.away`, archive())
    await wakes()
    expect(await rows()).toEqual(expect.arrayContaining(acknowledged))
  })
})

describe('a disk that does not answer for a while', () => {
  it('makes everybody wait, and nobody fail', async () => {
    await wakes()
    const [server] = here.servers(one)
    process.kill(server?.pid ?? 0, 'SIGSTOP')
    // Asked to stop, and at once to serve again.
    await here.request('POST', `/branches/${one}/sleep`)
    const woken = here.wake(one)
    await here.until(one, 'stopping')
    process.kill(server?.pid ?? 0, 'SIGCONT')
    expect(await woken).toMatchObject({ status: 200 })
    expect(await rows()).toEqual(expect.arrayContaining(acknowledged))
  })
})
