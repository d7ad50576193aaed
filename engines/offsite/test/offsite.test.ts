// An installation's own files in a bucket of a real S3 server, and back.

import { randomBytes } from 'node:crypto'
import { openPlace } from '@plinth/offsite'
import { expect, test } from 'vitest'
import {
  eachWithItsBucket,
  fetchBack,
  forget,
  listBack,
  mirror,
  nobody,
  placeIn,
  read,
  start,
  use,
  write,
} from './bucket-of-a-test.ts'

eachWithItsBucket()

test('files come back, all but the key and what is made again or has its own way; only what is new is sent', async () => {
  const place = placeIn(use((await start({ pageSize: 2 })).settings))
  write('specs/one.sealed', 'spec')
  write('uids.json', '{}')
  write('archive/one/ledger.json', '{"holes":[]}')
  write('archive/one/vault.sealed', 'vault')
  for (const file of ['installation.key', 'supervisor.lock', 'clusters/one/data/base', 'offsite/one.json'])
    write(file, 'never')
  for (const file of ['archive/one/wal/000000010000000000000001', 'archive/one/base/a/backup.json'])
    write(file, 'never')
  const known = new Map<string, string>()
  expect(await mirror(place, known)).toBe(4)
  expect(await mirror(place, known)).toBe(0)
  forget('uids.json')
  write('specs/one.sealed', 'newer')
  expect(await mirror(place, known)).toBe(1)
  expect(await fetchBack(place)).toBe(3)
  expect(listBack().filter((name) => /\.\w+$/.test(name))).toEqual([
    'archive/one/ledger.json',
    'archive/one/vault.sealed',
    'specs/one.sealed',
  ])
  expect(read('specs/one.sealed').toString()).toBe('newer')
})

test('an archive that was lost takes nothing along', async () => {
  const place = placeIn(use((await start()).settings))
  write('archive/one/ledger.json', '{"holes":[]}')
  const known = new Map<string, string>()
  await mirror(place, known)
  forget('archive')
  await mirror(place, known)
  await fetchBack(place)
  expect(read('archive/one/ledger.json').toString()).toBe('{"holes":[]}')
})

test('the bucket holds nothing in the open', async () => {
  const server = await start()
  write('secrets.json', 'a password that nobody may see')
  await mirror(placeIn(use(server.settings)))
  expect(server.objects.kept.size).toBe(1)
  for (const bytes of server.objects.kept.values()) expect(bytes.includes('nobody may see')).toBe(false)
})

test('another key finds nothing; an object that was swapped or cut is refused', async () => {
  const bucket = use((await start()).settings)
  const place = placeIn(bucket)
  write('a', 'x'.repeat(1000))
  write('b', 'y'.repeat(1000))
  await mirror(place)
  expect(await openPlace(bucket, randomBytes(32)).list('')).toEqual([])
  const [a = '', b = ''] = await bucket.list('')
  await bucket.put(a, await bucket.get(b))
  await expect(fetchBack(place)).rejects.toThrow('files/a in the bucket is damaged')
  expect(listBack()).not.toContain('a')
})

test('a bucket that is not there, and a server that is not, are said in words', async () => {
  const { settings } = await start()
  await expect(use({ ...settings, bucket: 'nowhere' }).list('')).rejects.toThrow(
    /The bucket nowhere cannot be used: .+/,
  )
  await expect(use({ ...settings, endpoint: await nobody() }).list('')).rejects.toThrow(
    /The bucket backups cannot be used: .+/,
  )
})
