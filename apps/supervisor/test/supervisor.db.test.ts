import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openPool, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation } from './installation.ts'

const isRoot = process.getuid?.() === 0
const [one, two] = [refOf(1), refOf(2)]
let here: Installation
beforeAll(async () => {
  here = new Installation()
  await here.start()
})
afterAll(() => here.remove())

/** Logs in with the password of the spec; resolves to the answer of a query. */
const login = async (ref: string, user: string, password: string): Promise<string> => {
  const socketDir = join(here.run, ref)
  const pool = openPool({ socketDir, user, password, database: 'postgres', size: 1, applicationName: 'test' })
  try {
    return (await pool.one<{ who: string }>(sql`select session_user as who`)).who
  } finally {
    await pool.close()
  }
}

describe('a supervisor', () => {
  it('provisions a branch that serves, with its passwords set', async () => {
    const spec = specOf(one)
    const put = await here.put(spec)
    expect([put.status, put.body]).toMatchObject([202, { ref: one, status: 'provisioning', specVersion: 1 }])
    const woken = await here.wake(one)
    expect(woken).toEqual({
      status: 200,
      body: { ref: one, httpSocket: join(here.run, one, 'http.sock'), postgresSocketDir: join(here.run, one) },
    })
    for (const [role, password] of Object.entries(spec.database.passwords)) {
      if (role === 'plinth_sql') continue
      expect(await login(one, role, password)).toBe(role)
    }
    await expect(login(one, 'postgres', 'wrong')).rejects.toMatchObject({ sqlstate: '28P01' })
  })

  it.runIf(isRoot)('gives each branch a user of its own and closes its folders', async () => {
    await here.put(specOf(two))
    await here.wake(two)
    const uids = await Promise.all([one, two].map(async (ref) => (await here.ask(ref)).uid))
    expect(new Set([...uids, 0]).size).toBe(3)
    for (const [at, ref] of [one, two].entries()) {
      expect(here.servers(ref)).toMatchObject([{ uid: uids[at] }])
      for (const folder of [join(here.run, ref), join(here.data, 'clusters', ref, 'data')]) {
        const { mode, uid } = statSync(folder)
        expect([mode & 0o777, uid]).toEqual([0o700, uids[at]])
      }
    }
  })
  it('lets each database have its own system identifier', () => {
    expect(readdirSync(join(here.data, 'clusters')).length).toBeGreaterThan(1)
  })
})
