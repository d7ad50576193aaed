// Backups, restore points, undo and branches with data, as the control plane asks for them.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BranchBackups, BranchReport } from '@plinth/contracts'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'

const [one, two, three, four, five] = [refOf(1), refOf(2), refOf(3), refOf(4), refOf(5)]
let here: Installation
beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start()
})
afterAll(() => here.remove())

const run = (ref: string, text: string, password?: string) =>
  here.asOwner(ref, (pool) => pool.session((session) => session.script(text)), password)
const read = (ref: string, password?: string) =>
  here.asOwner(
    ref,
    async (pool) =>
      (await pool.query<{ n: number }>(sql`select n from numbers order by n`)).map(({ n }) => n),
    password,
  )
const make = async (ref: typeof one) => {
  await here.put(specOf(ref))
  await here.serves(ref)
  await run(ref, 'create table numbers (n int); insert into numbers values (1)')
}
const post = (ref: string, what: string, body?: unknown) =>
  here.request('POST', `/branches/${ref}/${what}`, body)
const backups = async (ref: string) =>
  (await here.request('GET', `/branches/${ref}/backups`)).body as BranchBackups

describe('a restore point', () => {
  it('is undone to while requests wait; what is wrong is said at once', async () => {
    await make(one)
    const seen: string[] = []
    const leaving = new AbortController()
    void here.client.follow('/events', {
      onLine: (line) => {
        const { ref, status } = line as BranchReport
        if (ref === one) seen.push(status)
      },
      signal: leaving.signal,
    })
    expect(await post(one, 'restore-points', { name: 'first' })).toMatchObject({
      status: 201,
      body: { name: 'first' },
    })
    expect(await post(one, 'restore-points', { name: 'first' })).toMatchObject({ status: 409 })
    expect(await post(one, 'restore-points', { name: 'x'.repeat(21) })).toMatchObject({ status: 400 })
    expect((await here.request('GET', `/branches/${one}/restore-points`)).body).toMatchObject([
      { name: 'first' },
    ])
    await run(one, 'drop table numbers')
    for (const [target, status] of [
      [{ restorePoint: 'second' }, 404],
      [{ backup: 'none' }, 404],
      [{ time: '2020-01-01T00:00:00Z' }, 400],
      [{ time: 'noon' }, 400],
      [{}, 400],
    ] as const)
      expect((await post(one, 'restore', { target })).status).toBe(status)
    expect(await here.report(one)).toMatchObject({ status: 'awake' })
    expect((await post(one, 'restore', { target: { restorePoint: 'first' } })).status).toBe(202)
    await here.serves(one)
    expect(await read(one)).toEqual([1])
    await vi.waitFor(
      () => expect(seen.slice(-4)).toEqual(['restoring', 'asleep', 'waking', 'awake']),
      patience,
    )
    leaving.abort()
    expect((await backups(one)).restore).toMatchObject({
      status: 'restored',
      target: { restorePoint: 'first' },
    })
  })

  it('and moments: of a sleeping branch too; passwords of today hold', async () => {
    await make(two)
    expect((await post(two, 'backups')).status).toBe(201)
    const then = new Date().toISOString()
    await run(two, 'insert into numbers values (2)')
    const spec = specOf(two, 2)
    const passwords = { ...spec.database.passwords, postgres: 'of today' }
    await here.put({ ...spec, database: { ...spec.database, passwords } })
    await vi.waitFor(async () => expect(await read(two, 'of today')).toEqual([1, 2]), patience)
    await here.sleep(two)
    expect((await post(two, 'backups')).status).toBe(201)
    expect((await backups(two)).backups.map(({ kind }) => kind)).toEqual(['running', 'stopped'])
    expect((await post(two, 'restore', { target: { time: then } })).status).toBe(202)
    await here.serves(two)
    expect(await read(two, 'of today')).toEqual([1])
  })

  it('is made although the supervisor is killed right after it took the order', async () => {
    expect((await post(two, 'backups')).status).toBe(201)
    const { latest } = (await backups(two)).window
    await run(two, 'insert into numbers values (3)', 'of today')
    expect((await post(two, 'restore', { target: { time: latest } })).status).toBe(202)
    await here.kill()
    await here.start()
    await here.serves(two)
    expect(await read(two, 'of today')).toEqual([1])
  })

  it('survives kill -9 of the supervisor in the middle, and leaves nothing behind when the branch is removed', async () => {
    await make(three)
    expect((await post(three, 'restore-points', { name: 'here' })).status).toBe(201)
    await run(three, 'insert into numbers values (2)')
    expect((await post(three, 'restore', { target: { restorePoint: 'here' } })).status).toBe(202)
    const home = join(here.data, 'clusters', three)
    await vi.waitFor(() => expect(existsSync(join(home, 'restore.json'))).toBe(true), patience)
    process.kill(here.supervisor?.pid ?? 0, 'SIGKILL')
    await here.supervisor?.exited
    await here.start()
    await here.serves(three)
    expect(await read(three)).toEqual([1])
    expect(readdirSync(home).filter((name) => name.startsWith('rest'))).toEqual([])
    await here.put(specOf(three, 2, { desired: 'removed' }))
    await here.isGone(three)
    expect(readdirSync(join(here.data, 'archive'))).not.toContain(three)
  })
})

describe('the disk', () => {
  it('is told by what a branch takes of it: database, archive, logs', async () => {
    await run(one, `create table big as select repeat('x', 1000) as x from generate_series(1, 8000)`)
    await here.sleep(one)
    const { status, body } = await here.request('GET', `/branches/${one}/disk`)
    const { database, archive, logs, available } = body as Record<string, number>
    expect([status, Number(database) > 8e6, Number(archive) > 8e6]).toEqual([200, true, true])
    expect([Number(logs) > 0, Number(available) > 0]).toEqual([true, true])
    // Two backups of what rests share every file.
    for (const _ of [1, 2]) expect((await post(one, 'backups')).status).toBe(201)
    const parts = ['clusters', 'archive', 'logs'].map((name) => join(here.data, name, one))
    const du = execFileSync('du', ['-s', '-B1', ...parts], { encoding: 'utf8' })
    const { body: now } = await here.request('GET', `/branches/${one}/disk`)
    const told = now as Record<string, number>
    expect([told['database'], told['archive'], told['logs']]).toEqual(
      du
        .trim()
        .split('\n')
        .map((line) => Number.parseInt(line, 10)),
    )
    expect(await here.report(one)).toMatchObject({ status: 'asleep' })
  })
})

describe('another database', () => {
  it('takes the place of the one a branch has, and has nothing of it', async () => {
    await make(five)
    const spec = specOf(five, 2)
    await here.put({ ...spec, database: { ...spec.database, edition: 2 } })
    await here.serves(five)
    await expect(read(five)).rejects.toThrow('does not exist')
    await run(five, 'create table again (id int)')
    await here.put({ ...specOf(five, 3), database: { ...spec.database, edition: 2 } })
    await here.kill()
    await here.start()
    await here.serves(five)
    await run(five, 'insert into again values (1)')
  })
})

describe('a branch with data', () => {
  it.each(['awake', 'asleep'] as const)(
    'is a copy of one that is %s, with passwords of its own',
    async (status) => {
      if (status === 'awake') await here.wake(one)
      else await here.sleep(one)
      const spec = specOf(four, status === 'awake' ? 1 : 5, { source: { ref: one } })
      const passwords = { ...spec.database.passwords, postgres: 'its own' }
      await here.put({ ...spec, database: { ...spec.database, passwords } })
      await here.serves(four)
      expect(await read(four, 'its own')).toEqual([1])
      await expect(read(four)).rejects.toMatchObject({ sqlstate: '28P01' })
      expect(await here.report(one)).toMatchObject({ status })
      await here.put(specOf(four, spec.version + 1, { desired: 'removed' }))
      await here.isGone(four)
    },
  )

  it('can be made from one that was deleted, for as long as that is kept', async () => {
    const gone = refOf(30)
    await make(gone)
    await here.put(specOf(gone, 2, { desired: 'removed' }))
    await here.isGone(gone)
    const kept = async () => (await here.request('GET', '/deleted')).body as { ref: string }[]
    expect((await kept()).map(({ ref }) => ref)).toContain(gone)
    const back = refOf(31)
    await here.put(specOf(back, 1, { source: { ref: gone } }))
    await here.serves(back)
    expect(await read(back)).toEqual([1])
    await here.stop()
    await here.start({ PLINTH_DELETED_HOURS: '0' })
    await vi.waitFor(async () => expect(await kept()).toEqual([]), patience)
    await here.serves(back)
  })

  it('says so when there is nothing to copy', async () => {
    await here.put(specOf(four, 10, { source: { ref: refOf(99) } }))
    expect(await here.wake(four)).toMatchObject({ status: 503 })
    expect((await here.report(four)).reason).toContain('is not on this host')
    await here.put(specOf(four, 11, { desired: 'removed' }))
  })
})
