// An archive in a bucket of a real S3 server, and back.

import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  type Bucket,
  fetchAll,
  mirrorArchive,
  mirrorFiles,
  openBucket,
  openPlace,
  type Place,
} from '@plinth/offsite'
import { type S3Server, startS3 } from '@plinth/testing/s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const key = randomBytes(32)
let store: string
let server: S3Server
let bucket: Bucket
let place: Place
let data: string
let back: string

beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'plinth-s3-'))
  server = await startS3({ pageSize: 3 })
  bucket = openBucket(server.settings)
})
afterAll(async () => {
  bucket.close()
  await server.stop()
  rmSync(store, { recursive: true })
})
let count = 0
beforeEach(() => {
  count += 1
  place = openPlace(bucket, key, `test ${count}/`)
  data = mkdtempSync(join(store, 'data-'))
  back = mkdtempSync(join(store, 'back-'))
})

const segment = (n: number) => `0000000100000000${n.toString(16).toUpperCase().padStart(8, '0')}`
const write = (file: string, bytes: string | Buffer) => {
  mkdirSync(join(data, file, '..'), { recursive: true })
  writeFileSync(join(data, file), bytes)
}
const read = (file: string) => readFileSync(join(back, file))
const makeArchive = () => {
  write(`archive/one/wal/${segment(1)}.gz`, gzipSync('first'))
  write(`archive/one/wal/${segment(2)}`, 'second')
  write(`archive/one/wal/${segment(3)}.tail`, 'tail')
  write('archive/one/wal/00000002.history', 'history')
  write('archive/one/wal/archtemp.1', 'unfinished')
  write('archive/one/base/20260101T000000Z-aa/data/base/5/1', randomBytes(6_000_000))
  write('archive/one/base/20260101T000000Z-aa/backup.json', '{"id":"x"}')
  write('archive/one/base/.tmp-b/data/x', 'unfinished')
  write('archive/one/ledger.json', '{"holes":[]}')
}
const mirror = (known: Map<string, string>) =>
  mirrorArchive({ place, folder: join(data, 'archive/one'), name: 'one', known })

test('an archive comes back as it was, and only what is new is sent', async () => {
  makeArchive()
  const known = new Map<string, string>()
  expect(await mirror(known)).toEqual({ put: 6, removed: 0 })
  expect(await mirror(known)).toEqual({ put: 0, removed: 0 })
  write(`archive/one/wal/${segment(4)}`, 'fourth')
  expect(await mirror(known)).toEqual({ put: 1, removed: 0 })
  // Another process learns from the bucket what is there; what may have changed is sent again.
  expect((await mirror(new Map())).put).toBeLessThan(4)

  await fetchAll({ place, data: back })
  expect(gunzipSync(read(`archive/one/wal/${segment(1)}.gz`)).toString()).toBe('first')
  expect(gunzipSync(read(`archive/one/wal/${segment(2)}.gz`)).toString()).toBe('second')
  expect(read(`archive/one/wal/${segment(3)}.tail`).toString()).toBe('tail')
  expect(gunzipSync(read('archive/one/wal/00000002.history.gz')).toString()).toBe('history')
  expect(read('archive/one/ledger.json').toString()).toBe('{"holes":[]}')
  const backup = 'archive/one/base/20260101T000000Z-aa'
  expect(read(`${backup}/data/base/5/1`).equals(readFileSync(join(data, backup, 'data/base/5/1')))).toBe(true)
  expect(readdirSync(join(back, 'archive/one/base'))).toEqual(['20260101T000000Z-aa'])
})

test('what retention has let go leaves the bucket, and an archive that was lost takes nothing along', async () => {
  makeArchive()
  write('archive/one/base/20260201T000000Z-bb/backup.json', '{}')
  const known = new Map<string, string>()
  await mirror(known)
  rmSync(join(data, 'archive/one/base/20260101T000000Z-aa'), { recursive: true })
  rmSync(join(data, `archive/one/wal/${segment(1)}.gz`))
  expect(await mirror(known)).toEqual({ put: 0, removed: 2 })
  rmSync(join(data, 'archive'), { recursive: true })
  expect(await mirror(known)).toEqual({ put: 0, removed: 0 })
  expect((await place.list('archive/one/wal/')).length).toBe(3)
})

test('files of the installation come back, all but its key and what is made again', async () => {
  write('specs/one.sealed', 'spec')
  write('uids.json', '{}')
  write('installation.key', 'never')
  write('supervisor.lock', '1')
  write('clusters/one/data/base', 'large')
  const known = new Map<string, string>()
  expect(await mirrorFiles(place, data, known)).toBe(2)
  rmSync(join(data, 'uids.json'))
  write('specs/one.sealed', 'newer')
  expect(await mirrorFiles(place, data, known)).toBe(1)
  await fetchAll({ place, data: back })
  expect(readdirSync(back, { recursive: true }).sort()).toEqual(['specs', 'specs/one.sealed'])
  expect(read('specs/one.sealed').toString()).toBe('newer')
})

test('the bucket holds nothing in the open', async () => {
  write('secrets.json', 'a password that nobody may see')
  write(`archive/one/wal/${segment(1)}`, 'a row that nobody may see')
  await mirror(new Map())
  await mirrorFiles(place, data, new Map())
  expect(server.objects.kept.size).toBeGreaterThan(1)
  for (const bytes of server.objects.kept.values()) expect(bytes.includes('nobody may see')).toBe(false)
})

test('another key finds nothing; an object that was swapped or cut is refused', async () => {
  write('a', 'x'.repeat(1000))
  write('b', 'y'.repeat(1000))
  await mirrorFiles(place, data, new Map())
  expect(await openPlace(bucket, randomBytes(32), `test ${count}/`).list('')).toEqual([])
  const names = await bucket.list(`test ${count}/`)
  const [a = '', b = ''] = names
  await bucket.put(a, await bucket.get(b))
  await expect(fetchAll({ place, data: back })).rejects.toThrow('files/a in the bucket is damaged')
  expect(readdirSync(back).includes('a')).toBe(false)
})

test('a bucket that is not there, and a server that is not, are said in words', async () => {
  const other = openBucket({ ...server.settings, bucket: 'nowhere' })
  await expect(other.list('')).rejects.toThrow(/The bucket nowhere cannot be used: .+/)
  other.close()
  const away = openBucket({ ...server.settings, endpoint: 'http://127.0.0.1:1' })
  await expect(away.list('')).rejects.toThrow(/The bucket backups cannot be used: .+/)
  away.close()
})
