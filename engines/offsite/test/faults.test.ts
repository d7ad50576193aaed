// A bucket that fails for a moment, and backups and recoveries that are cut short: tried again or gone on with, and nothing
// is lost or half there.

import { expect, test } from 'vitest'
import {
  fetchBack,
  forget,
  megabytes,
  mirror,
  placeIn,
  read,
  start,
  use,
  write,
  written,
} from './bucket-of-a-test.ts'

test.each([
  { how: 'SlowDown', on: /./, times: 2 },
  { how: 'InternalError', on: /PUT/, times: 2 },
  { how: 'cut request', on: /PUT/, times: 2 },
  { how: 'cut answer', on: /GET .*pieces/, times: 2 },
] as const)('$how passes, and everything is there', async ({ how, on, times }) => {
  const server = await start()
  const place = placeIn(use(server.settings))
  const content = megabytes(5)
  write('base/20260101T000000Z-aa/data/large', content)
  write('base/20260101T000000Z-aa/data/small', 'small')
  server.interfere({ how, on, times })
  await mirror(place)
  await fetchBack(place)
  expect(read('base/20260101T000000Z-aa/data/large').equals(content)).toBe(true)
  expect(server.objects.uploads.size).toBe(0)
})

test('an upload that was interrupted goes on where it was, and is not taken for a backup until it is whole', async () => {
  const server = await start()
  const place = placeIn(use(server.settings))
  write('base/20260101T000000Z-aa/data/large', megabytes(13))

  const controller = new AbortController()
  const stopping = {
    ...place,
    put: async (...args: Parameters<typeof place.put>) => {
      await place.put(...args)
      if (server.objects.kept.size === 3) controller.abort()
    },
  }
  const stopped = mirror(stopping, new Map(), controller.signal)
  await expect(stopped).rejects.toThrow()
  expect((await place.list('archive/one/base/')).length).toBe(0)
  // Another process: what it knows, it learns from the bucket.
  server.requests.splice(0)
  await mirror(place)
  expect(server.requests.filter((line) => /^PUT .*pieces/.test(line)).length).toBe(1)
  await fetchBack(place)
  expect(read('base/20260101T000000Z-aa/data/large').length).toBe(13 * 2 ** 20)
})

test('of a second backup only what changed is sent, and it leaves with the last one that needs it', async () => {
  const server = await start()
  const place = placeIn(use(server.settings))
  const content = megabytes(10)
  write('base/20260101T000000Z-aa/data/large', content)
  for (let n = 0; n < 300; n++) write(`base/20260101T000000Z-aa/data/small/${n}`, `small ${n}`)
  const known = new Map<string, string>()
  await mirror(place, known)
  const before = server.objects.kept.size
  content[5 * 2 ** 20] = (content[5 * 2 ** 20] ?? 0) ^ 1
  write('base/20260102T000000Z-bb/data/large', content)
  for (let n = 0; n < 300; n++) write(`base/20260102T000000Z-bb/data/small/${n}`, `small ${n}`)
  write('base/20260102T000000Z-bb/data/small/more', 'one more')
  await mirror(place, known)
  // One piece of the large file, one group of small ones, and the list.
  expect(server.objects.kept.size - before).toBe(3)
  await fetchBack(place)
  expect(read('base/20260102T000000Z-bb/data/large').equals(content)).toBe(true)
  expect(read('base/20260102T000000Z-bb/data/small/299').toString()).toBe('small 299')
  expect(read('base/20260102T000000Z-bb/data/small/more').toString()).toBe('one more')

  forget('base/20260101T000000Z-aa')
  await mirror(place, known)
  expect(server.objects.kept.size).toBe(before)
  await fetchBack(place)
  expect(read('base/20260102T000000Z-bb/data/large').equals(content)).toBe(true)
})

test('a recovery that was interrupted goes on', async () => {
  const server = await start()
  const place = placeIn(use(server.settings))
  for (const id of ['aa', 'bb']) write(`base/20260101T000000Z-${id}/data/large`, megabytes(5))
  await mirror(place)
  let reads = 0
  const failing = {
    ...place,
    read: async (name: string) => {
      reads += 1
      if (reads === 5) throw new Error('the power went off')
      return place.read(name)
    },
  }
  await expect(fetchBack(failing)).rejects.toThrow('the power')
  server.requests.splice(0)
  await fetchBack(place, true)
  expect(server.requests.some((line) => line.includes('-aa'))).toBe(false)
  for (const id of ['aa', 'bb']) {
    const path = `base/20260101T000000Z-${id}/data/large`
    expect(read(path).equals(written(path))).toBe(true)
  }
})
