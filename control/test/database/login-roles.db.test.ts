// Short-lived roles of tools: they log in, act as the owner or read, and go.

import { openPool, sql } from '@plinth/postgres'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl({ project: true })
const ref = await t.createProject()
const path = `/v1/projects/${ref}/cli/login-role`
afterAll(async () => {
  await t.asOwner('DELETE', path)
  await t.close()
})

const connect = (user: string, password: string) => {
  const { socketDir = '', database = '' } = t.project ?? {}
  return openPool({ socketDir, database, user, password, size: 1, applicationName: 'test' })
}

test('a role becomes the owner and leaves its tables to them', async () => {
  const { status, body } = await t.asOwner('POST', path, { read_only: false })
  expect([status, body.role, body.ttl_seconds]).toEqual([201, expect.stringMatching(/^cli_login_/), 900])
  const tool = connect(body.role, body.password)
  await tool.session(async (session) => {
    await session.script('create table public.by_tool (id int); set session role postgres')
    expect(await session.one(sql`select current_user as name`)).toEqual({ name: 'postgres' })
  })
  await tool.close()
  expect((await t.asOwner('DELETE', path)).body).toEqual({ message: 'ok' })
  const left = await t.project?.admin.one(sql`
    select relowner::regrole::text as owner, (select count(*) from pg_roles where rolname = ${body.role}) as roles
      from pg_class where relname = 'by_tool'`)
  expect(left).toEqual({ owner: 'postgres', roles: 0 })
})

test('a reading role writes nothing', async () => {
  const { body } = await t.asOwner('POST', path, { read_only: true })
  const tool = connect(body.role, body.password)
  await expect(tool.run(sql`create table public.no (id int)`)).rejects.toMatchObject({ sqlstate: '42501' })
  await tool.close()
})

test('one that is over goes with the next order, also one made while the clock was ahead', async () => {
  const { body: over } = await t.asOwner('POST', path, { read_only: true })
  const { body: ahead } = await t.asOwner('POST', path, { read_only: true })
  await t.project?.admin.session((session) =>
    session.script(`alter role ${over.role} valid until '2001-01-01';
      alter role ${ahead.role} valid until '${new Date(Date.now() + 3_600_000).toISOString()}'`),
  )
  const late = connect(over.role, over.password)
  await expect(late.run(sql`select 1`)).rejects.toMatchObject({ sqlstate: '28P01' })
  await late.close()
  const { body } = await t.asOwner('POST', path, { read_only: true })
  const left = await t.project?.admin.query<{ name: string }>(sql`
    select rolname as name from pg_roles where rolname in (${over.role}, ${ahead.role}, ${body.role})`)
  expect(left).toEqual([{ name: body.role }])
})

test('neither gets more than its group has', async () => {
  const { body } = await t.asOwner('POST', path, { read_only: false })
  const tool = connect(body.role, body.password)
  await expect(tool.run(sql`set role supabase_admin`)).rejects.toMatchObject({ sqlstate: '42501' })
  await tool.close()
})
