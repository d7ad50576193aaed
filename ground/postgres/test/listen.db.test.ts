import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listen, sql } from '../src/index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

it('hears its channels, and again after the connection was lost', async () => {
  const onNotice = vi.fn()
  const onConnect = vi.fn()
  const observe = vi.fn()
  const listener = listen({
    ...database.as('supabase_admin'),
    channels: ['pgrst', 'Odd "name"'],
    onNotice,
    onConnect,
    observe,
  })
  await vi.waitFor(() => expect(onConnect).toHaveBeenCalledTimes(1))
  await database.admin.query(sql`select pg_notify('pgrst', 'reload'), pg_notify('Odd "name"', '')`)
  await vi.waitFor(() =>
    expect(onNotice.mock.calls).toEqual([
      ['pgrst', 'reload'],
      ['Odd "name"', ''],
    ]),
  )

  await database.admin.query(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plinth listen' and datname = current_database()`,
  )
  await vi.waitFor(() => expect(onConnect).toHaveBeenCalledTimes(2))
  expect(observe).toHaveBeenCalledWith(expect.objectContaining({ event: 'database.listen_failed' }))
  await database.admin.query(sql`select pg_notify('pgrst', 'again')`)
  await vi.waitFor(() => expect(onNotice).toHaveBeenLastCalledWith('pgrst', 'again'))
  await listener.close()
})

it('can be closed while it cannot connect', async () => {
  const observe = vi.fn()
  const listener = listen({
    ...database.as('x'),
    socketDir: '/nowhere',
    channels: ['a'],
    onNotice: vi.fn(),
    observe,
  })
  await vi.waitFor(() => expect(observe).toHaveBeenCalled())
  await listener.close()
})
