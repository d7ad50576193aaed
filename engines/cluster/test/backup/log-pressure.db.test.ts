// An archive that is away: the database goes on, its log stays small, and all is well again when it is back.

import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { logPressure, restorableWindow, sizeOfTree, tendLog } from '@plinth/cluster'
import type { Observation } from '@plinth/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlace, type Place } from '../place.ts'
import { openGuarded } from './guarded.ts'

let place: Place
beforeAll(async () => {
  place = await openPlace(1)
})
afterAll(() => place.close())

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await delay(20)
}

test('archiving is given up before the disk fills, and begins again with a hole that a new backup closes', async () => {
  const db = await openGuarded(place)
  await db.backUp()
  const noticed: string[] = []
  const tend = () =>
    tendLog({
      archive: db.archive,
      dataDir: db.cluster.dataDir,
      pid: db.server().pid,
      settings: db.settings,
      limitBytes: 24 * 2 ** 20,
      observe: (what) => noticed.push((what as Observation).event),
    })
  const waiting = async () => (await logPressure(db.cluster.dataDir)).waiting
  const aside = `${db.archive.wal}-away`
  await rename(db.archive.wal, aside)
  const superuser = db.cluster.login('supabase_admin')
  const write = (times: number) =>
    superuser.session(async (session) => {
      await session.script('create table if not exists public.filler (text text)')
      for (let turn = 0; turn < times; turn++)
        await session.script(
          `insert into public.filler select repeat('x', 1000) from generate_series(1, 3000); select pg_switch_wal()`,
        )
    })
  await write(4)
  expect(await tend()).toBe('fine')
  await write(8)
  expect(await waiting()).toBeGreaterThan(6)
  expect(await tend()).toBe('given_up')
  await until(async () => (await waiting()) === 0)
  await superuser.session((session) => session.script('checkpoint'))
  await write(8)
  await superuser.session((session) => session.script('checkpoint'))
  expect(await sizeOfTree(join(db.cluster.dataDir, 'pg_wal'))).toBeLessThan(80 * 2 ** 20)
  expect(await tend()).toBe('given_up')
  await rm(db.archive.wal, { recursive: true, force: true })
  await rename(aside, db.archive.wal)
  expect(await tend()).toBe('resumed')
  expect(await tend()).toBe('fine')
  expect(noticed).toEqual(['archive.given_up', 'archive.resumed'])
  await db.add(1)
  await db.mark('after')
  expect(await restorableWindow(db.archive)).toMatchObject({ isContinuous: false })
  await expect(db.goBack({ restorePoint: 'after' })).rejects.toThrow('is missing')
  const backup = await db.backUp()
  expect(await restorableWindow(db.archive)).toMatchObject({ earliest: backup.endedAt, isContinuous: true })
  await superuser.close()
  await db.stop()
  // Postgres lets ten seconds pass before its archiver may start again with another module.
})
