// What is lost comes back from the archives: a branch's data directory, the control database's, and the vault's key.

import { appendFileSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { BranchBackups } from '@plinth/contracts'
import { type Pool, sql } from '@plinth/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { passwordOf, refOf } from './fixtures.ts'
import { Installation } from './installation.ts'

const ref = refOf(1)
let here: Installation
beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start()
  await here.awake(ref)
})
afterAll(() => here.remove())

const asOwner = <T>(work: (pool: Pool) => Promise<T>) => here.asOwner(ref, work)
const admin = { user: 'supabase_admin', password: passwordOf('supabase_admin'), database: 'postgres' }
const asAdmin = <T>(work: (pool: Pool) => Promise<T>) => here.login(ref, admin, work)
const asControl = <T>(work: (pool: Pool) => Promise<T>) =>
  here.login('_system', { user: 'plinth_control', password: 'control-secret', database: 'plinth' }, work)
const post = (path: string) => here.request('POST', path)
const backups = async () => (await here.request('GET', `/branches/${ref}/backups`)).body as BranchBackups

it('a backup is restored for a try, and the list says what came of it', async () => {
  await asOwner((pool) => pool.run(sql`create table kept (n int)`))
  expect((await post(`/branches/${ref}/backups`)).status).toBe(201)
  const [backup] = (await backups()).backups
  expect((await post(`/branches/${ref}/backups/${backup?.id}/verify`)).body).toMatchObject({ isGood: true })
  expect((await backups()).backups[0]?.verified).toMatchObject({ isGood: true })
  expect((await post(`/branches/${ref}/backups/none/verify`)).status).toBe(404)
  expect(
    readdirSync(join(here.data, 'clusters', ref)).filter((name) => name.startsWith('rehearsal')),
  ).toEqual([])
})

it('one that was damaged on the disk is found out', async () => {
  const [backup] = (await backups()).backups
  const folder = join(here.data, 'archive', ref, 'base', backup?.id ?? '', 'data/base/5')
  const largest = readdirSync(folder)
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)[0]
  appendFileSync(largest ?? '', 'x')
  expect((await post(`/branches/${ref}/backups/${backup?.id}/verify`)).body).toMatchObject({
    isGood: false,
    reason: expect.any(String),
  })
  expect((await backups()).backups[0]?.verified).toMatchObject({ isGood: false })
})

it('all data directories are made again from the archives, with the secrets in the vault', async () => {
  await asOwner((pool) => pool.query(sql`select vault.create_secret('sesame', 'door')`))
  await asControl((pool) => pool.run(sql`create table remembered (n int)`))
  expect((await post(`/branches/${ref}/backups`)).status).toBe(201)
  expect((await post('/system/backups')).status).toBe(201)
  await asOwner((pool) => pool.run(sql`insert into kept values (1)`))
  await asControl((pool) => pool.run(sql`insert into remembered values (1)`))
  await here.stop()
  rmSync(join(here.data, 'clusters'), { recursive: true })

  await here.start()
  expect((await here.wake(ref)).status).toBe(200)
  expect(await asOwner((pool) => pool.query(sql`select n from kept`))).toEqual([{ n: 1 }])
  expect(
    await asOwner((pool) => pool.query(sql`select decrypted_secret as s from vault.decrypted_secrets`)),
  ).toEqual([{ s: 'sesame' }])
  expect(await asControl((pool) => pool.query(sql`select n from remembered`))).toEqual([{ n: 1 }])
})

it('a damaged piece of the log ends what comes back, and the log of the supervisor says from where on', async () => {
  for (let n = 2; n < 6; n++) {
    await asOwner((pool) => pool.run(sql`insert into kept values (${n})`))
    await asAdmin((pool) => pool.run(sql`select pg_switch_wal()`))
  }
  await here.stop()
  const wal = join(here.data, 'archive', ref, 'wal')
  const newest = readdirSync(wal)
    .filter((name) => /^[0-9A-F]{24}/.test(name))
    .sort()
  const damaged = newest.at(-4) ?? ''
  truncateSync(join(wal, damaged), 20)
  rmSync(join(here.data, 'clusters', ref), { recursive: true })

  await here.start()
  expect(await here.wake(ref)).toMatchObject({ status: 200 })
  const rows = await asOwner((pool) => pool.query<{ n: number }>(sql`select n from kept order by n`))
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.length).toBeLessThan(5)
  expect(here.log).toContain('branch.rebuilt_in_part')
  expect(here.log).toContain(damaged.slice(0, 24))
})
