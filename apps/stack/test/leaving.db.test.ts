// A client that leaves before its answer: a read of it is cancelled at the database, a write is done.

import { type ClientRequest, request } from 'node:http'
import { raw } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeSpec, type StackProcess, secretKey, startSpare } from './a-stack.ts'

let db: TestDatabase
let stack: StackProcess

beforeAll(async () => {
  db = await testDatabase({ template: 'project' })
  await db.admin.session((session) =>
    session.script(`
      create table public.marks (id int);
      create function public.nap() returns void language sql stable as $$ select pg_sleep(600) $$;
      create function public.hold_and_mark() returns void language sql as
        $$ select pg_advisory_xact_lock(31); insert into public.marks values (1) $$;
      grant all on public.marks to service_role;`),
  )
  stack = await startSpare(db.socketDir, db.database)
  await stack.spare.request('PUT', '/spec', { spec: makeSpec(), place: stack.place })
})
afterAll(async () => {
  await stack.end()
  await db.drop()
})

const call = (name: string, method: 'GET' | 'POST'): ClientRequest => {
  const sent = request({
    socketPath: stack.place.httpSocket,
    path: `/rest/v1/rpc/${name}`,
    method,
    headers: { apikey: secretKey },
  })
  sent.on('error', () => undefined).end()
  return sent
}

const soon = <T>(read: () => T) => expect.poll(read)
const running = (name: string) => () =>
  db.admin.query(
    raw(
      `select from pg_stat_activity where state = 'active' and usename = 'authenticator' and query like '%"${name}"%'`,
    ),
  )

it('a read is cancelled', async () => {
  const sent = call('nap', 'GET')
  await soon(running('nap')).toHaveLength(1)
  sent.destroy()
  await soon(running('nap')).toHaveLength(0)
})

it('a write is done', async () => {
  await db.admin.session(async (session) => {
    await session.script('select pg_advisory_lock(31)')
    const sent = call('hold_and_mark', 'POST')
    await soon(running('hold_and_mark')).toHaveLength(1)
    sent.destroy()
    await session.script('select pg_advisory_unlock(31)')
    await soon(() => session.query(raw('select from public.marks'))).toHaveLength(1)
  })
})
