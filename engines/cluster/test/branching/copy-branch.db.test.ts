// Branches with data: from a sleeping and from a busy database, with an identity of their own.

import { execFile } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { copyBranch, newSystemIdentifier, startCluster } from '@plinth/cluster'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Guarded, guard, openGuarded } from '../backup/guarded.ts'
import { isRoot, openPlace, type Place, type TestCluster } from '../place.ts'

const runFile = promisify(execFile)

let place: Place
beforeAll(async () => {
  place = await openPlace(2)
  await place.templates.refill()
})
afterAll(() => place.close())

const ask = async (cluster: TestCluster, statement: ReturnType<typeof sql>) => {
  const pool = cluster.login('supabase_admin')
  return pool.one<{ value: string }>(statement).finally(pool.close)
}
/** Files that are not the same in both, but for what is every database's own. */
const differences = async (one: string, other: string): Promise<string[]> => {
  const own = ['pg_wal', 'pg_subtrans', 'pg_replslot', 'pg_control', 'postmaster.opts', 'plinth.conf']
  const excluded = own.map((name) => `--exclude=${name}`)
  const { stdout } = await runFile('diff', ['-rq', ...excluded, one, other]).catch((error) => error)
  return stdout.split('\n').filter((line: string) => line !== '')
}

/** A branch that is a live copy of this one, not started yet. */
const copyOf = async (db: Guarded): Promise<TestCluster> => {
  const copy = place.place()
  await copy.prepare()
  await copyBranch({
    runtime: place.runtime,
    settings: copy.settings,
    source: { dataDir: db.cluster.dataDir, ...db.cluster.owner, running: db.source },
    target: { dataDir: copy.dataDir, ...copy.owner },
  })
  return copy
}

const identity = sql`select system_identifier::text as value from pg_control_system()`
const slots = sql`select count(*)::text as value from pg_replication_slots`

describe.each([
  ['running', 'from nothing'],
  ['stopped', 'from nothing'],
  ['running', 'from the template'],
  ['stopped', 'from the template'],
] as const)('a copy of a %s database, %s', (kind, begun) => {
  test('has all rows, no slots and its own identity; both go on by themselves', async () => {
    const db = await openGuarded(place)
    const { cluster } = db
    await place.templates.refill()
    const superuser = cluster.login('supabase_admin')
    await superuser.query(sql`select pg_create_physical_replication_slot('owned', true)`)
    await superuser.close()
    await db.add(...Array.from({ length: 1000 }, (_, n) => n))
    let next = 1000
    let isOver = kind === 'stopped'
    if (isOver) await db.stop()
    const writing = (async () => {
      while (!isOver) await db.add(next++)
    })()
    const copy = place.place()
    await copy.prepare()
    const steps: number[] = []
    const given: boolean[] = []
    const giveReady = async (to: string) => {
      const isGiven = await place.templates.giveReady(to)
      given.push(isGiven)
      return isGiven
    }
    const acknowledged = next - 1
    await copyBranch({
      runtime: place.runtime,
      settings: copy.settings,
      source: {
        dataDir: cluster.dataDir,
        ...cluster.owner,
        running: kind === 'running' ? db.source : undefined,
      },
      target: { dataDir: copy.dataDir, ...copy.owner },
      templates: begun === 'from nothing' ? undefined : { giveReady },
      onProgress: ({ bytes, total }) => steps.push(bytes / total),
    })
    isOver = true
    await writing
    expect(given).toEqual(begun === 'from nothing' ? [] : [process.platform === 'linux'])
    if (kind === 'stopped') expect(await differences(cluster.dataDir, copy.dataDir)).toEqual([])
    expect(steps.at(-1)).toBe(1)
    if (isRoot) expect((await stat(join(copy.dataDir, 'PG_VERSION'))).uid).toBe(copy.owner.uid)
    const branch = await copy.start()
    if (kind === 'stopped') await db.start()
    expect((await ask(copy, slots)).value).toBe('0')
    expect((await ask(copy, identity)).value).not.toBe((await ask(cluster, identity)).value)
    const rows = await ask(
      copy,
      sql`select count(*)::text as value from public.numbers where n <= ${acknowledged}`,
    )
    expect(Number(rows.value)).toBe(acknowledged + 1)
    const before = (await db.read()).length
    await ask(
      copy,
      sql`with gone as (delete from public.numbers returning n) select count(*)::text as value from gone`,
    )
    expect(await db.read()).toHaveLength(before)
    await branch.stop()
    await (await copy.start()).stop()
    await db.stop()
  })
})

test('a copy of a database that was taken back can be taken back itself', async () => {
  const db = await openGuarded(place)
  await db.backUp()
  await db.add(1)
  await db.mark('one')
  await db.add(2)
  await db.goBack({ restorePoint: 'one' })
  const copy = await copyOf(db)
  await db.stop()
  const branch = await guard(place, copy)
  await branch.backUp()
  await branch.add(3)
  await branch.mark('three')
  await branch.add(4)
  await branch.goBack({ restorePoint: 'three' })
  expect(await branch.read()).toEqual([1, 3])
  await branch.stop()
})

test('a copy may be killed at its first start, at any moment of it', async () => {
  const db = await openGuarded(place)
  await db.add(...Array.from({ length: 1000 }, (_, n) => n))
  // Much to replay, so that the kill is likely to come in its middle.
  const busy = db.run('insert into numbers select generate_series(1000, 300000)')
  const copy = await copyOf(db)
  await busy
  for (const afterMs of [5, 10, 20, 40, 80]) {
    const server = await startCluster({ ...copy, runtime: place.runtime, ...copy.owner })
    await delay(afterMs)
    process.kill(-server.pid, 'SIGKILL')
    await server.exited
  }
  await (await copy.start()).stop()
  await db.stop()
})

test('called off, or with something in its place, it leaves nothing', async () => {
  const db = await openGuarded(place)
  const copy = place.place()
  await copy.prepare()
  const options = {
    runtime: place.runtime,
    settings: copy.settings,
    source: { dataDir: db.cluster.dataDir, ...db.cluster.owner, running: db.source },
    target: { dataDir: copy.dataDir, ...copy.owner },
  }
  const over = new AbortController()
  const calledOff = copyBranch({
    ...options,
    signal: over.signal,
    onProgress: () => over.abort(new Error('enough')),
  })
  await expect(calledOff).rejects.toThrow('enough')
  expect(await readdir(copy.home)).toEqual(['run'])
  await mkdir(join(copy.dataDir, 'something'), { recursive: true })
  await expect(copyBranch(options)).rejects.toThrow('There are files in')
  expect((await readdir(copy.home)).sort()).toEqual(['data', 'run'])
  await db.add(1)
  expect(await db.read()).toEqual([1])
  await expect(newSystemIdentifier(copy.dataDir)).rejects.toThrow('ENOENT')
  await db.stop()
})
