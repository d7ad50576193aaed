// Killed at any moment: backup, restore, copy, archive. What was acknowledged is there, and nothing needs a hand.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checkBackup, copyBranch, findRestore, listBackups, openArchive, restore } from '@plinth/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPlace, type Place } from '../place.ts'
import { type Guarded, moment, openGuarded, passwords } from './guarded.ts'

const ROUNDS = 3

let place: Place
let db: Guarded
beforeAll(async () => {
  place = await openPlace(2)
  await place.templates.refill()
})
afterEach(() => db.stop())
afterAll(() => place.close())

/** Runs one operation in a process of its own and kills it after a while; resolves to whether it got through. */
const interrupt = async (kind: string, options: object, withinMs: number): Promise<boolean> => {
  const program = join(import.meta.dirname, 'interrupted-program.ts')
  const child = spawn(process.execPath, ['--conditions=source', program, JSON.stringify([kind, options])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), exited])
  await Promise.race([delay(Math.random() * withinMs), exited])
  child.kill('SIGKILL')
  const [code] = await exited
  return code === 0
}

const rounds = Array.from({ length: ROUNDS }, (_, round) => round)

test('a backup: either whole or not there, and the database never notices', async () => {
  db = await openGuarded(place)
  const options = {
    runtime: place.runtime,
    archive: db.archive,
    dataDir: db.cluster.dataDir,
    running: db.source,
    label: 'killed',
  }
  for (const n of rounds) {
    await db.add(n)
    await interrupt('backup', options, 600)
    await db.add(100 + n)
  }
  await openArchive({ folder: db.archive.folder, ...db.cluster.owner })
  const backups = await listBackups(db.archive)
  expect(await readdir(db.archive.base)).toHaveLength(backups.length)
  for (const { id } of backups) await checkBackup(db.archive, id)
  const last = await db.backUp()
  await db.add(1000)
  await db.goBack({ backup: last.id })
  expect(await db.read()).toEqual([...rounds, ...rounds.map((n) => 100 + n)])
})

test('a restore: taken up again it ends where it was meant to; the data is the old or the new, never another', async () => {
  db = await openGuarded(place)
  await db.backUp()
  await db.add(1)
  const one = await moment()
  await db.add(2)
  const two = await moment()
  for (const round of rounds) {
    const [target, expected] = round % 2 === 0 ? [{ time: one }, [1]] : [{ time: two }, [1, 2]]
    await db.stop()
    const { secrets: _, ...options } = await db.restoreOptions(target)
    await interrupt('restore', { ...options, passwords }, 1_500)
    const left = await findRestore(db.cluster.home)
    // The target given now does not count while an interrupted one is there.
    if (left) await restore(await db.restoreOptions({ restorePoint: 'nowhere' }))
    else if (!(await isThere('restore.log'))) await restore(await db.restoreOptions(target))
    await db.start()
    const found = await db.read()
    if (left) expect(found).toEqual(expected)
    else expect([[1], [1, 2]]).toContainEqual(found)
    expect(await findRestore(db.cluster.home)).toBeUndefined()
    expect((await readdir(db.cluster.home)).filter((name) => name.startsWith('restoring'))).toEqual([])
    if (JSON.stringify(found) !== JSON.stringify(expected)) await db.goBack(target)
  }
})

const isThere = (name: string): Promise<boolean> =>
  stat(join(db.cluster.home, name)).then(
    () => true,
    () => false,
  )

test('a copy of a branch: nothing, or all of it; tried again it works', async () => {
  db = await openGuarded(place)
  await db.add(1, 2, 3)
  for (const _ of rounds) {
    const copy = place.place()
    await copy.prepare()
    const options = {
      runtime: place.runtime,
      settings: copy.settings,
      source: { dataDir: db.cluster.dataDir, ...db.cluster.owner, running: db.source },
      target: { dataDir: copy.dataDir, ...copy.owner },
    }
    const isDone = await interrupt('copy', options, 1_000)
    const isComplete = (await readdir(copy.home)).includes('data')
    if (isDone) expect(isComplete).toBe(true)
    if (!isComplete) await copyBranch(options)
    const server = await copy.start()
    await server.stop()
    await rm(copy.home, { recursive: true })
  }
  await db.add(4)
  expect(await db.read()).toEqual([1, 2, 3, 4])
})

test('Postgres: every acknowledged row is there, after the crash and after every return', async () => {
  db = await openGuarded(place)
  await db.backUp()
  const acknowledged: number[] = []
  const moments: { readonly at: string; readonly count: number }[] = []
  for (const round of rounds) {
    const until = Date.now() + 100 + Math.random() * 200
    let n = round * 1000
    while (Date.now() < until) {
      await db.add(n)
      acknowledged.push(n++)
    }
    process.kill(db.server().pid, 'SIGKILL')
    await db.server().exited
    moments.push({ at: await moment(), count: acknowledged.length })
    await db.start()
  }
  expect(await db.read()).toEqual(acknowledged)
  for (const { at, count } of moments.toReversed()) {
    await db.goBack({ time: at })
    expect(await db.read()).toEqual(acknowledged.slice(0, count))
  }
})
