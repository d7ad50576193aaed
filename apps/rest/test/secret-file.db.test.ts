// When a secret that is kept in a file of its own is read anew.
// https://docs.postgrest.org/en/v14/references/configuration.html#configuration-reloading

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { raw } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startServer } from './a-server.ts'
import { secret, token } from './switches.ts'

let db: TestDatabase
let folder: string
let file: string

const schema = `
  create table public.secrets (id int);
  grant usage on schema public to anon, service_role;
  grant all on public.secrets to service_role;`

beforeAll(async () => {
  db = await testDatabase({ template: 'project' })
  await db.admin.session((session) => session.script(schema))
  folder = mkdtempSync(join(tmpdir(), 'rest-secret-'))
  file = join(folder, 'secret')
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await db.drop()
})
beforeEach(() => writeFileSync(file, 'another secret of enough letters!'))

const headers = { authorization: `Bearer ${token({ role: 'service_role' }, secret)}` }

/** SIGUSR1 asks for the schema; settings come with it where the database keeps some. */
it.each([
  ['false', 401],
  ['true', 200],
])('db-config=%s: after SIGUSR1 %i, after SIGUSR2 200', async (inDatabase, afterFirst) => {
  const { user, password } = db.as('authenticator')
  const { child, ask, end } = await startServer({
    PGRST_DB_URI: `postgresql://${user}:${encodeURIComponent(password)}@/${db.database}?host=${db.socketDir}`,
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_DB_CHANNEL_ENABLED: 'false',
    PGRST_DB_CONFIG: inDatabase,
    PGRST_JWT_SECRET: `@${file}`,
  })
  const status = async (path: string) => (await ask(path, { headers })).status
  try {
    expect(await status('/secrets')).toBe(401)
    writeFileSync(file, secret)
    await db.admin.session((session) =>
      session.script('create table public.late (); grant select on public.late to anon'),
    )
    child.kill('SIGUSR1')
    await expect.poll(async () => (await ask('/late')).status, { timeout: 20_000 }).toBe(200)
    await expect.poll(() => status('/secrets'), { timeout: 20_000 }).toBe(afterFirst)
    child.kill('SIGUSR2')
    await expect.poll(() => status('/secrets'), { timeout: 20_000 }).toBe(200)
  } finally {
    await end()
    await db.admin.run(raw('drop table if exists public.late'))
  }
})
