// An installation that copies its archives to a bucket, is lost with everything on its disk, and comes back.

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openAuthority } from '@plinth/certificates'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { type S3Server, startS3 } from '@plinth/testing/s3'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation } from './installation.ts'

const ref = refOf(1)
let here: Installation
let server: S3Server
let store: string
let openIn: Record<string, string>

const start = () => here.start({ PLINTH_BACKUP_S3_FILE: join(store, 'bucket.json'), ...openIn })
beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'plinth-s3-'))
  const authority = await openAuthority(join(store, 'ca'), randomBytes(32))
  server = await startS3({ tls: authority.issue(['127.0.0.1']) })
  // A bucket behind an authority of its own, as an operator would have it.
  openIn = { NODE_EXTRA_CA_CERTS: join(store, 'ca/ca.pem') }
  writeFileSync(join(store, 'bucket.json'), JSON.stringify({ ...server.settings, prefix: 'one/' }))
  here = new Installation()
  await start()
  await here.awake(ref)
})
afterAll(async () => {
  await here.remove()
  rmSync(store, { recursive: true, force: true })
})

const asOwner = async <T>(work: (pool: Pool) => Promise<T>): Promise<T> => {
  const pool = openPool({
    socketDir: join(here.run, ref),
    user: 'postgres',
    password: 'postgres-secret-of-a-test',
    database: 'postgres',
    size: 1,
    applicationName: 'test',
  })
  return work(pool).finally(pool.close)
}
const program = join(import.meta.dirname, '../../cli/src/main.ts')
/** `plinth recover`, into the data folder of the installation; gives what it prints. */
const recover = async (key = join(here.folder, 'key')): Promise<string> => {
  const env = {
    ...process.env,
    ...openIn,
    PLINTH_DATA: here.data,
    PLINTH_BACKUP_S3_FILE: join(store, 'bucket.json'),
  }
  const args = ['--conditions=source', program, 'recover', '--key', key]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return stdout
}
/** A base backup on a busy machine takes its time. */
const patience = { timeoutMs: 300_000 }
const post = async (path: string, body?: unknown) =>
  (await here.client.request('POST', path, body, patience)).status

const rows = () => asOwner((pool) => pool.query(sql`select n from kept order by n`))

it('sends everything there is, and what the last moments have left when it stops', async () => {
  await asOwner((pool) =>
    pool.session((s) => s.script("create table kept (n int); select vault.create_secret('sesame')")),
  )
  expect(await post(`/branches/${ref}/backups`)).toBe(201)
  expect(await post('/system/backups')).toBe(201)
  expect(await post('/offsite')).toBe(200)
  await asOwner((pool) => pool.run(sql`insert into kept values (1)`))
  // A point ends its piece of the log, so that the archive has it.
  expect(await post(`/branches/${ref}/restore-points`, { name: 'point' })).toBe(201)
  expect(await post('/offsite')).toBe(200)
  await asOwner((pool) => pool.run(sql`insert into kept values (2)`))
  await here.stop()
  // Log and base backups go side by side, and neither is in the other's way.
  expect(here.log).not.toContain('failed')
  rmSync(here.data, { recursive: true })
})

it('another key finds nothing', async () => {
  const wrong = join(store, 'wrong.key')
  writeFileSync(wrong, randomBytes(32).toString('hex'))
  await expect(recover(wrong)).rejects.toThrow('holds nothing that was sealed with this installation key')
})

it('a recovery that fails halfway starts nothing, and goes on from there', async () => {
  const answer = server.interfere({ how: 'AccessDenied', on: /GET .*_system.*zst/, times: 1e9 })
  await expect(recover()).rejects.toThrow(/cannot be used|pgBackRest failed/)
  answer()
  expect(readdirSync(here.data)).toContain('.recovering')
  server.requests.splice(0)
  expect(await recover()).toContain('The next start makes the databases again.')
  // What was there already is not fetched again.
  const again = server.requests.filter((line) => /^GET backups\/.*(\/files\/)/.test(line))
  expect(again).toEqual([])
})

it('comes back with its rows and secrets from the bucket and its key alone', async () => {
  await start()
  expect((await here.wake(ref)).status).toBe(200)
  expect(await rows()).toEqual([{ n: 1 }, { n: 2 }])
  expect(
    await asOwner((pool) => pool.query(sql`select decrypted_secret as s from vault.decrypted_secrets`)),
  ).toEqual([{ s: 'sesame' }])
})

it('goes on from there: a point made before is still one to go back to', async () => {
  expect(await post(`/branches/${ref}/restore`, { target: { restorePoint: 'point' } })).toBe(202)
  await here.until(ref, 'awake')
  expect(await rows()).toEqual([{ n: 1 }])
})

it('holds neither keys nor rows in the open', () => {
  const secrets = ['sesame', 'postgres-secret-of-a-test', readFileSync(join(here.folder, 'key'), 'utf8')]
  expect([...server.objects.kept.keys()].some((key) => key.includes(`/archive/${ref}/`))).toBe(true)
  for (const bytes of server.objects.kept.values())
    for (const secret of secrets) expect(bytes.includes(secret)).toBe(false)
})

/** In the bucket, and whole: the manifest comes last. */
const countBackups = () =>
  [...server.objects.kept.keys()].filter(
    (key) => key.includes(`/backup/${ref}/`) && /F(_.*I)?\/backup\.manifest$/.test(key),
  ).length
/** The log is written a moment later. */
const untilSaid = (event: string, times: number) =>
  vi.waitFor(() => expect(here.log.split(event).length - 1).toBe(times))

it('a database that sleeps is sent without waking its branch, and once as long as it rests', async () => {
  const before = countBackups()
  await asOwner((pool) => pool.run(sql`insert into kept values (3)`))
  await here.request('POST', `/branches/${ref}/sleep`)
  await here.until(ref, 'asleep')
  const since = (await here.report(ref)).since
  expect(await post(`/branches/${ref}/backups`)).toBe(201)
  expect(await post('/offsite')).toBe(200)
  const after = countBackups()
  expect(after).toBeGreaterThan(before)
  expect(await here.report(ref)).toMatchObject({ status: 'asleep', since })
  expect(here.servers(ref)).toEqual([])
  expect(await post(`/branches/${ref}/backups`)).toBe(201)
  expect(await post('/offsite')).toBe(200)
  expect(countBackups()).toBe(after)
})

it('a backup whose supervisor was killed is no obstacle to the next one', async () => {
  expect((await here.wake(ref)).status).toBe(200)
  await asOwner((pool) => pool.run(sql`insert into kept select generate_series(1, 1000)`))
  const bundle = new RegExp(`PUT .*databases/backup/${ref}/.*bundle`)
  const speak = server.interfere({ how: 'silence', on: bundle, times: 99 })
  const before = countBackups()
  server.requests.splice(0)
  expect(await post(`/branches/${ref}/backups`)).toBe(201)
  post('/offsite').catch(() => undefined)
  await vi.waitFor(() => expect(server.requests.some((line) => bundle.test(line))).toBe(true), {
    timeout: 120_000,
    interval: 50,
  })
  await here.kill()
  speak()
  await start()
  expect(await post('/offsite')).toBe(200)
  expect(countBackups()).toBe(before + 1)
})

it('a project that is removed leaves the bucket', async () => {
  const { specVersion } = await here.report(ref)
  await here.put(specOf(ref, specVersion + 1, { desired: 'removed' }))
  await vi.waitFor(async () => expect(await here.report(ref)).toMatchObject({ code: 'branch_not_found' }))
  expect(await post('/offsite')).toBe(200)
  expect([...server.objects.kept.keys()].filter((key) => key.includes(ref))).toEqual([])
  expect(readdirSync(join(here.data, 'offsite')).filter((name) => name.includes(ref))).toEqual([])
})

it('goes on without its bucket, says so once, and once more when it is back', async () => {
  writeFileSync(join(here.data, 'news.json'), '1')
  const answer = server.interfere({ how: 'InternalError', on: /./, times: 1e9 })
  expect(await post('/offsite')).toBe(502)
  expect(await post('/offsite')).toBe(502)
  await untilSaid('offsite.failed', 1)
  expect(await post('/system/backups')).toBe(201)
  answer()
  expect(await post('/offsite')).toBe(200)
  await untilSaid('offsite.resumed', 1)
})

it('a bucket that says nothing does not hold up the stop', async () => {
  writeFileSync(join(here.data, 'news.json'), '2')
  server.interfere({ how: 'silence', on: /./, times: 1e9 })
  post('/offsite').catch(() => undefined)
  const count = server.requests.length
  await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(count))
  // It is killed when it takes longer, and its lock stays.
  await here.stop()
  expect(readdirSync(here.data)).not.toContain('supervisor.lock')
  await server.stop()
})

it('a file that names no bucket is said in words', async () => {
  writeFileSync(join(store, 'bad.json'), '{"bucket":""}')
  const other = new Installation()
  const launched = await other.launch({ PLINTH_BACKUP_S3_FILE: join(store, 'bad.json') })
  await launched.exited
  expect(other.log).toContain('bad.json, which PLINTH_BACKUP_S3_FILE names, cannot be used: bucket: ')
  expect(other.servers('_system')).toEqual([])
  await other.remove()
})
