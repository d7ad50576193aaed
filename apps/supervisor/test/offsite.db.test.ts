// An installation that copies its archives to a bucket, is lost with everything on its disk, and comes back.

import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { openAuthority } from '@plinth/certificates'
import { fetchAll, openBucket, openPlace } from '@plinth/offsite'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { type S3Server, startS3 } from '@plinth/testing/s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refOf } from './fixtures.ts'
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
  setDefaultCACertificates([...getCACertificates(), authority.certificate])
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
const post = async (path: string, body?: unknown) => (await here.request('POST', path, body)).status

it('comes back with its rows and secrets from the bucket and its key alone', async () => {
  await asOwner((pool) =>
    pool.session((s) => s.script("create table kept (n int); select vault.create_secret('sesame')")),
  )
  expect(await post(`/branches/${ref}/backups`)).toBe(201)
  expect(await post('/system/backups')).toBe(201)
  await asOwner((pool) => pool.run(sql`insert into kept values (1)`))
  // A point ends its piece of the log, so that the archive has it.
  expect(await post(`/branches/${ref}/restore-points`, { name: 'point' })).toBe(201)
  expect(await post('/offsite')).toBe(200)
  // What is written afterwards goes there when the supervisor stops.
  await asOwner((pool) => pool.run(sql`insert into kept values (2)`))
  await here.stop()
  rmSync(here.data, { recursive: true })

  mkdirSync(here.data)
  const bucket = openBucket(server.settings)
  const key = Buffer.from(readFileSync(join(here.folder, 'key'), 'utf8'), 'hex')
  expect(await fetchAll({ place: openPlace(bucket, key, 'one/'), data: here.data })).toBeGreaterThan(5)
  bucket.close()
  await start()
  expect((await here.wake(ref)).status).toBe(200)
  expect(await asOwner((pool) => pool.query(sql`select n from kept order by n`))).toEqual([
    { n: 1 },
    { n: 2 },
  ])
  expect(
    await asOwner((pool) => pool.query(sql`select decrypted_secret as s from vault.decrypted_secrets`)),
  ).toEqual([{ s: 'sesame' }])
  // And from there it goes on: the point made before is still one to go back to.
  expect(await post(`/branches/${ref}/restore`, { target: { restorePoint: 'point' } })).toBe(202)
})

it('goes on without its bucket, and says so once', async () => {
  await server.stop()
  expect(await post('/offsite')).toBe(502)
  expect(await post('/offsite')).toBe(502)
  expect(here.log.split('offsite.failed').length - 1).toBe(1)
  expect(await post('/system/backups')).toBe(201)
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
