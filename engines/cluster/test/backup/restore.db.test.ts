// Back in time on a real Postgres: to a name, to a moment, to a backup, across earlier returns, and not at all.

import { appendFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  findRestore,
  listBackups,
  readLedger,
  readVerification,
  restorableWindow,
  restore,
} from '@plinth/cluster'
import { sql } from '@plinth/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from '../place.ts'
import { type Guarded, moment, openGuarded } from './guarded.ts'

let place: Place
let db: Guarded
const all: Guarded[] = []
const open = async () => {
  db = await openGuarded(place)
  all.push(db)
}
beforeAll(async () => {
  place = await openPlace(2)
  await place.templates.refill()
})
afterEach(() => Promise.all(all.splice(0).map((one) => one.stop())))
afterAll(() => place.close())

const identity = async () => {
  const pool = db.cluster.login('supabase_admin')
  const row = await pool.one<{ id: string }>(sql`
    select system_identifier::text as id from pg_control_system()`)
  await pool.close()
  return row.id
}

describe('undo', () => {
  test('to a restore point: rows and schema are as they were, the identity is kept', async () => {
    await open()
    const id = await identity()
    await db.backUp()
    await db.add(1, 2, 3)
    await db.mark('before')
    await db.add(4)
    await db.run('drop table numbers')
    const seen: string[] = []
    await db.goBack({ restorePoint: 'before' }, { onStatus: (status) => seen.push(status) })
    expect(seen).toEqual(['recovering', 'swapping', 'restored'])
    expect(await db.read()).toEqual([1, 2, 3])
    expect(await identity()).toBe(id)
    await db.add(5)
    expect(await db.read()).toEqual([1, 2, 3, 5])
    await db.stop()
    await db.start()
    expect(await db.read()).toEqual([1, 2, 3, 5])
  })

  test('of an undo: the moment before it is still there', async () => {
    await open()
    await db.backUp()
    await db.add(1)
    await db.mark('one')
    await db.add(2)
    const two = await moment()
    await db.goBack({ restorePoint: 'one' })
    await db.add(3)
    const three = await moment()
    await db.goBack({ time: two })
    expect(await db.read()).toEqual([1, 2])
    await db.goBack({ time: three })
    expect(await db.read()).toEqual([1, 3])
  })

  test('later points disappear, earlier ones stay usable', async () => {
    await open()
    await db.backUp()
    for (const n of [1, 2, 3]) {
      await db.add(n)
      await db.mark(`p${n}`)
    }
    await db.goBack({ restorePoint: 'p2' })
    expect((await readLedger(db.archive)).points.map(({ name }) => name)).toEqual(['p1', 'p2'])
    await db.add(9)
    await db.mark('p3')
    await db.add(10)
    await db.goBack({ restorePoint: 'p3' })
    expect(await db.read()).toEqual([1, 2, 9])
    await db.goBack({ restorePoint: 'p1' })
    expect(await db.read()).toEqual([1])
  })
})

describe('point in time', () => {
  test('a moment, with commits after it and without; of a timeline that was left; of a sleeping database', async () => {
    await open()
    await db.backUp()
    await db.add(1)
    const one = await moment()
    await db.add(2)
    const two = await moment()
    await db.goBack({ time: two })
    expect(await db.read()).toEqual([1, 2])
    await db.goBack({ time: one })
    expect(await db.read()).toEqual([1])
    await db.add(3)
    await db.server().stop()
    const three = await moment()
    await db.start()
    await db.add(4)
    await db.goBack({ time: three })
    expect(await db.read()).toEqual([1, 3])
    await db.goBack({ time: two })
    expect(await db.read()).toEqual([1, 2])
  })

  test('the passwords of today hold, not those of then', async () => {
    await open()
    await db.backUp()
    const then = await moment()
    await db.run(`alter role postgres password 'of another day'`)
    await db.goBack({ time: then })
    expect(await db.read()).toEqual([])
    const stranger = db.cluster.login('anon')
    await expect(stranger.query(sql`select 1`)).rejects.toThrow()
    await stranger.close()
  })

  test('after a crash the last commit counts', async () => {
    await open()
    await db.backUp()
    await db.add(1)
    await db.server().stop('immediate')
    const then = await moment()
    await db.start()
    await db.add(2)
    await db.server().stop('immediate')
    await db.goBack({ time: then })
    expect(await db.read()).toEqual([1])
  })
})

describe('a listed backup', () => {
  test.each(['running', 'stopped'] as const)('of a %s database', async (kind) => {
    await open()
    await db.add(1)
    if (kind === 'stopped') await db.stop()
    const backup = await db.backUp()
    if (kind === 'stopped') await db.start()
    expect(backup.kind).toBe(kind)
    await db.add(2)
    await db.goBack({ backup: backup.id })
    expect(await db.read()).toEqual([1])
    await db.add(3)
    await db.mark('after')
    await db.add(4)
    await db.goBack({ restorePoint: 'after' })
    expect(await db.read()).toEqual([1, 3])
  })

  test('brings back a database whose files are lost', async () => {
    await open()
    await db.add(1)
    const backup = await db.backUp()
    await db.stop()
    await rm(db.cluster.dataDir, { recursive: true })
    await db.goBack({ backup: backup.id })
    expect(await db.read()).toEqual([1])
  })
})

describe('what cannot be', () => {
  test('says why and changes nothing', async () => {
    await open()
    await db.backUp()
    await db.add(1)
    await db.stop()
    for (const [target, words] of [
      [{ time: '2020-01-01T00:00:00Z' }, 'before the first backup'],
      [{ time: '2999-01-01T00:00:00Z' }, 'lies in the future'],
      [{ time: 'yesterday' }, 'is not a time'],
      [{ restorePoint: 'nowhere' }, 'no restore point "nowhere"'],
      [{ backup: 'nothing' }, 'no backup nothing'],
    ] as const)
      await expect(restore(await db.restoreOptions(target))).rejects.toThrow(words)
    expect(await findRestore(db.cluster.home)).toBeUndefined()
    expect((await readdir(db.cluster.home)).filter((name) => name.startsWith('restoring'))).toEqual([])
    await db.start()
    expect(await db.read()).toEqual([1])
  })

  test('damaged backups: the one before leads there; where none does, the old data stays, and they stand as bad', async () => {
    await open()
    const first = await db.backUp()
    await db.add(1)
    const second = await db.backUp()
    await db.mark('one')
    await db.add(2)
    await rm(join(db.archive.base, second.id, 'data/global/1262'))
    await db.goBack({ restorePoint: 'one' })
    expect(await db.read()).toEqual([1])
    expect(await readVerification(db.archive, second.id)).toMatchObject({
      isGood: false,
      reason: 'The backup is damaged: global/1262 is missing',
    })
    await db.add(3)
    await appendFile(join(db.archive.base, first.id, 'data/global/pg_filenode.map'), 'x')
    await expect(db.goBack({ backup: second.id })).rejects.toThrow('global/1262 is missing')
    await expect(db.goBack({ restorePoint: 'one' })).rejects.toThrow('pg_filenode.map was changed')
    expect(await db.read()).toEqual([1, 3])
    expect((await readdir(db.cluster.home)).filter((name) => name.startsWith('restoring'))).toEqual([])
    // A new one takes nothing of them over.
    await db.goBack({ backup: (await db.backUp()).id })
    expect(await db.read()).toEqual([1, 3])
  })

  test('a damaged or missing piece of the log: the old data stays, the window says so', async () => {
    await open()
    await db.backUp()
    await db.add(1)
    await db.mark('one')
    await db.run('checkpoint').catch(() => undefined)
    await db.mark('two')
    await db.add(2)
    const end = await moment()
    await db.stop()
    const kept = (await readdir(db.archive.wal)).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort()
    const piece = join(db.archive.wal, kept.at(-2) ?? '')
    await writeFile(piece, Buffer.alloc((await stat(piece)).size))
    await expect(db.goBack({ restorePoint: 'two' })).rejects.toThrow('it ends before')
    await expect(db.goBack({ time: end })).rejects.toThrow('is damaged')
    await rm(piece)
    await expect(db.goBack({ restorePoint: 'two' })).rejects.toThrow('is missing')
    expect(await db.read()).toEqual([1, 2])
    expect(await restorableWindow(db.archive)).toMatchObject({ isContinuous: false })
    expect(await listBackups(db.archive)).toHaveLength(1)
  })
})
