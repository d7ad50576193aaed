// Requests from SQL in a whole stack process: from the moment that the extension is made until it is dropped.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openPool, sql } from '@plinth/postgres'
import { testDatabase } from '@plinth/testing'
import { expect, test, vi } from 'vitest'
import { makeSpec, startSpare } from './a-stack.ts'

test('SQL reaches the API of its own branch, and no other address of this machine', async () => {
  const api = createServer((request, response) => response.end(request.headers.host))
  await new Promise<void>((resolve) => void api.listen(0, '127.0.0.1', resolve))
  const loopbackPort = (api.address() as AddressInfo).port
  const db = await testDatabase({ template: 'project' })
  const owner = openPool({ ...db.as('postgres'), size: 1, applicationName: 'owner' })
  const stack = await startSpare(db.socketDir, db.database)
  try {
    const spec = makeSpec({ loopbackPort, publicUrl: 'https://mine.example' })
    expect(await stack.spare.request('PUT', '/spec', { spec, place: stack.place })).toMatchObject({
      status: 200,
    })
    await owner.run(sql`create extension pg_net with schema extensions`)
    const [asked] = await owner.query<{ own: number }>(sql`
      select net.http_get('https://mine.example/functions/v1/hello') as own, net.http_get('http://127.0.0.1:1/') as other`)
    await vi.waitFor(async () =>
      expect(
        await owner.query(sql`
          select status_code, content, error_msg from net._http_response
          order by id = ${asked?.own ?? 0} desc`),
      ).toEqual([
        { status_code: 200, content: 'mine.example', error_msg: null },
        { status_code: null, content: null, error_msg: '127.0.0.1 is not an address of the public network' },
      ]),
    )
    await owner.run(sql`drop extension pg_net`)
    const listeners = sql`select from pg_stat_activity where usename = 'plinth_sql' and application_name = 'plinth listen'`
    await vi.waitFor(async () => expect(await db.admin.query(listeners)).toEqual([]))
  } finally {
    await stack.end()
    await owner.close()
    await db.drop()
    api.closeAllConnections()
    await new Promise<void>((resolve) => void api.close(() => resolve()))
  }
})
