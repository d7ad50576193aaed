// A bucket that fails for a moment, and a recovery that is cut short: tried again or gone on with, and nothing is lost or
// half there.

import { expect, test } from 'vitest'
import {
  eachWithItsBucket,
  fetchBack,
  megabytes,
  mirror,
  placeIn,
  read,
  start,
  use,
  write,
} from './bucket-of-a-test.ts'

eachWithItsBucket()

test.each([
  { how: 'SlowDown', on: /./, times: 2 },
  { how: 'InternalError', on: /PUT/, times: 2 },
  { how: 'cut request', on: /PUT/, times: 2 },
  { how: 'cut answer', on: /GET .*large/, times: 2 },
] as const)('$how passes, and everything is there', async ({ how, on, times }) => {
  const server = await start()
  const place = placeIn(use(server.settings))
  const content = megabytes(7)
  write('specs/large', content)
  write('small', 'small')
  server.interfere({ how, on, times })
  await mirror(place)
  await fetchBack(place)
  expect(read('specs/large').equals(content)).toBe(true)
  expect(read('small').toString()).toBe('small')
  expect(server.objects.uploads.size).toBe(0)
})

test('a recovery that was interrupted goes on', async () => {
  const server = await start()
  const place = placeIn(use(server.settings))
  write('one', 'first')
  write('two', 'second')
  await mirror(place)
  let gets = 0
  const failing: typeof place = {
    ...place,
    get: async (...args) => {
      gets += 1
      if (gets === 2) throw new Error('the power went off')
      return place.get(...args)
    },
  }
  await expect(fetchBack(failing)).rejects.toThrow('the power')
  server.requests.splice(0)
  expect(await fetchBack(place, true)).toBe(2)
  expect(server.requests.filter((line) => /^GET backups\/\w+\/files/.test(line)).length).toBe(1)
  expect([read('one').toString(), read('two').toString()]).toEqual(['first', 'second'])
})
