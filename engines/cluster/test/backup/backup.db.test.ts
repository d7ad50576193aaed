// Backups on a real Postgres: whole, checked, shared, compacted, forgotten in time; and none where one failed.

import { execFile } from 'node:child_process'
import { readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  checkBackup,
  compactLog,
  keepWaiting,
  listBackups,
  removeBackup,
  restorableWindow,
  retain,
  verifyBackup,
} from '@plinth/cluster'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isRoot, openPlace, type Place } from '../place.ts'
import { type Guarded, openGuarded } from './guarded.ts'

const runFile = promisify(execFile)

let place: Place
let db: Guarded
beforeAll(async () => {
  place = await openPlace(2)
  await place.templates.refill()
})
afterEach(() => db.stop())
afterAll(() => place.close())

const dataIn = (id: string) => join(db.archive.base, id, 'data')
const old = new Date(Date.now() - 3_600_000)

const verify = async (id: string) =>
  verifyBackup({
    ...(await db.restoreOptions({ backup: id })),
    id,
    scratch: db.cluster.home,
    settings: db.settings,
  })

describe('a backup', () => {
  test('is taken while rows are written, passes all checks, and only ours may read it', async () => {
    db = await openGuarded(place)
    let isOver = false
    const writing = (async () => {
      for (let n = 0; !isOver; n++) await db.add(n)
    })()
    const steps: number[] = []
    const seen: string[] = []
    const backup = await db.backUp({
      onProgress: ({ bytes, total }) => steps.push(bytes / total),
      onStatus: (status) => seen.push(status),
    })
    isOver = true
    await writing
    expect(seen).toEqual(['copying', 'sealing', 'available'])
    expect(steps.at(-1)).toBe(1)
    expect(await listBackups(db.archive)).toEqual([backup])
    const program = join(place.runtime.binDir, 'pg_verifybackup')
    await expect(runFile(program, [dataIn(backup.id)])).resolves.toMatchObject({
      stdout: expect.stringContaining('successfully verified'),
    })
    await verify(backup.id)
    expect((await stat(dataIn(backup.id))).uid).toBe(process.getuid?.())
    expect((await stat(dataIn(backup.id))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(dataIn(backup.id), 'pg_replslot'))).toEqual([])
    expect((await readdir(db.cluster.home)).filter((name) => name.startsWith('rehearsal'))).toEqual([])
  })

  test('shares what did not change; one removed leaves the others whole; damage is found', async () => {
    db = await openGuarded(place)
    const [first, second] = [await db.backUp(), await db.backUp()]
    const inodes = async (id: string) => (await stat(join(dataIn(id), 'base/1/PG_VERSION'))).ino
    expect(await inodes(second.id)).toBe(await inodes(first.id))
    await removeBackup(db.archive, first.id)
    await checkBackup(db.archive, second.id)
    await writeFile(join(dataIn(second.id), 'PG_VERSION'), '16\n')
    await expect(checkBackup(db.archive, second.id)).rejects.toThrow('PG_VERSION was changed')
    await writeFile(join(dataIn(second.id), 'backup_manifest'), '{}')
    await expect(verify(second.id)).rejects.toThrow('list of files')
  })

  test('that is called off, or finds what does not belong there, leaves nothing', async () => {
    db = await openGuarded(place)
    const over = new AbortController()
    const onProgress = () => over.abort(new Error('enough'))
    await expect(db.backUp({ signal: over.signal, onProgress })).rejects.toThrow('enough')
    await symlink('/etc/passwd', join(db.cluster.dataDir, 'base/1/4711'))
    await expect(db.backUp()).rejects.toThrow('did not put there')
    expect(await readdir(db.archive.base)).toEqual([])
    await db.add(1)
    expect(await db.read()).toEqual([1])
  })
})

describe('the log', () => {
  test('is compacted once it is old, and restores as well; what is old enough goes', async () => {
    db = await openGuarded(place)
    await db.backUp()
    await db.add(1)
    await db.mark('one')
    await db.add(2)
    const before = await readdir(db.archive.wal)
    for (const name of before) await utimes(join(db.archive.wal, name), old, old)
    const noticed: unknown[] = []
    await compactLog({ archive: db.archive, observe: (what) => noticed.push(what) })
    expect(noticed).toEqual([])
    expect((await readdir(db.archive.wal)).filter((name) => /^[0-9A-F]{24}$/.test(name))).toEqual([])
    await db.goBack({ restorePoint: 'one' })
    expect(await db.read()).toEqual([1])
    const second = await db.backUp()
    expect((await retain(db.archive, { days: 1 })).remove).toEqual([])
    const plan = await retain(db.archive, { days: 0 })
    expect(plan.keep.map(({ id }) => id)).toEqual([second.id])
    expect(
      (await readdir(db.archive.wal)).filter((name) => before.some((one) => name.startsWith(one))),
    ).toEqual([])
    expect(await restorableWindow(db.archive)).toMatchObject({ earliest: second.endedAt, isContinuous: true })
    await db.add(3)
    await db.mark('three')
    await db.goBack({ restorePoint: 'three' })
    expect(await db.read()).toEqual([1, 3])
  })

  test('what could not be handed over is kept after the stop, and nothing is ever overwritten', async () => {
    db = await openGuarded(place)
    await db.add(1)
    await db.mark('one')
    await db.server().stop('immediate')
    const status = join(db.cluster.dataDir, 'pg_wal/archive_status')
    const kept = await readdir(db.archive.wal)
    const name = kept.find((candidate) => /^[0-9A-F]{24}$/.test(candidate)) ?? ''
    await writeFile(join(status, `${name}.ready`), '')
    await keepWaiting(db.archive, db.cluster.dataDir)
    await writeFile(join(db.archive.wal, name), 'another')
    await expect(keepWaiting(db.archive, db.cluster.dataDir)).rejects.toThrow('another')
    if (isRoot) expect((await stat(join(db.archive.wal, name))).uid).toBe(db.cluster.owner.uid)
    await db.start()
  })
})
