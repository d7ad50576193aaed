// The power goes off while an archive is written or read: backups, restore points, every way back in time, and the copy
// in a bucket. What was acknowledged is there, an order that was taken is carried out.

import type { BranchBackups } from '@plinth/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ABucket, openABucket } from './a-bucket.ts'
import { again, allowRounds, answered, cutWhile } from './cut.ts'
import { refOf } from './fixtures.ts'
import { Installation } from './installation.ts'
import { Numbers } from './numbers.ts'

const one = refOf(1)
let here: Installation
let bucket: ABucket
let numbers: Numbers

allowRounds()
beforeAll(async () => {
  bucket = await openABucket()
  here = new Installation(await Installation.model())
  await here.start()
  await here.awake(one)
  numbers = new Numbers(here, one)
  await numbers.create()
})
afterAll(async () => {
  await here.remove()
  await bucket.remove()
})

const freshName = () => `p ${Math.random()}`.slice(0, 20)
const newestBackup = async () =>
  ((await here.request('GET', `/branches/${one}/backups`)).body as BranchBackups).backups.at(-1)?.id

/** Each makes a moment to go back to; nothing is written meanwhile. */
const moments = {
  'a restore point': async () => {
    const restorePoint = freshName()
    expect(await here.order(one, 'restore-points', { name: restorePoint })).toBe(201)
    return { restorePoint }
  },
  'a moment': async () => ({ time: new Date().toISOString() }),
  'a listed backup': async () => {
    expect(await here.order(one, 'backups')).toBe(201)
    return { backup: await newestBackup() }
  },
}

describe('a power cut', () => {
  beforeEach(() => here.serves(one))

  it.each([
    ['is backed up', () => here.order(one, 'backups')],
    ['gets a restore point', () => here.order(one, 'restore-points', { name: freshName() })],
  ] as const)('while it %s', (_what, act) =>
    again(async () => {
      await here.serves(one)
      await cutWhile(here, 500, () => Promise.all([numbers.addUntilItFails(), answered(act())]))
      await here.serves(one)
      await numbers.expectKept()
      // The next one is made, and can be restored.
      expect(await here.order(one, 'backups')).toBe(201)
      expect(
        await here.request('POST', `/branches/${one}/backups/${await newestBackup()}/verify`),
      ).toMatchObject({
        body: { isGood: true },
      })
    }),
  )

  it.each(Object.entries(moments))(
    'while it is taken back to %s: an order that was taken is carried out',
    (_, mark) =>
      again(async () => {
        await here.serves(one)
        await numbers.add()
        expect(await here.order(one, 'backups')).toBe(201)
        await numbers.add()
        const then = await numbers.read()
        const target = await mark()
        await numbers.add()
        const later = await numbers.read()
        let taken: unknown
        await cutWhile(here, 900, async () => {
          taken = await answered(here.order(one, 'restore', { target }))
        })
        await here.serves(one)
        const now = await numbers.read()
        if (taken === 202) expect(now).toEqual(then)
        else expect([then, later]).toContainEqual(now)
        numbers.goBackTo(now)
      }),
  )

  it('while the archive is copied to a bucket: what the bucket says it has comes back from it alone', async () => {
    await here.stop()
    await here.start(bucket.env)
    await again(async () => {
      await here.serves(one)
      const copy = async () => {
        await answered(here.order(one, 'backups'))
        await answered(here.request('POST', '/offsite'))
      }
      await cutWhile(here, 1500, () => Promise.all([numbers.addUntilItFails(), copy()]), bucket.env)
      await here.serves(one)
      await numbers.expectKept()
      const sent = await numbers.read()
      expect(await here.order(one, 'restore-points', { name: freshName() })).toBe(201)
      expect(await here.request('POST', '/offsite')).toMatchObject({ status: 200 })

      const elsewhere = await bucket.recover(here)
      try {
        await elsewhere.start()
        await elsewhere.serves(one)
        expect(await new Numbers(elsewhere, one).read()).toEqual(sent)
      } finally {
        await elsewhere.remove()
      }
    })
  })
})
