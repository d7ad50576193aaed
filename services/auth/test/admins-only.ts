// Says for a route of administrators who may not come in: the same for every one of them.

import { expect } from 'vitest'
import type { TestAuth } from './test-auth.ts'

/** `allowed`: what a request of an administrator with an empty body may answer. */
export const expectAdminsOnly = async (
  auth: TestAuth,
  method: string,
  path: string,
  allowed: readonly number[] = [200, 400, 404],
): Promise<void> => {
  const { body: person } = await auth.ask('POST', '/signup', {
    email: `${crypto.randomUUID()}@x.test`,
    password: 'secret1',
  })
  const foreign = auth.serviceToken.replace(/\.[^.]*$/, '.c2lnbmVkLWJ5LXNvbWVib2R5LWVsc2U')
  const tries = [
    [undefined, 401, 'no_authorization'],
    [auth.anonToken, 403, 'not_admin'],
    [person.access_token, 403, 'not_admin'],
    [foreign, 403, 'bad_jwt'],
  ] as const
  for (const [token, status, error_code] of tries) {
    const reply = await auth.ask(method, path, {}, token === undefined ? {} : { token })
    expect([reply.status, reply.body.error_code]).toEqual([status, error_code])
  }
  expect(allowed).toContain((await auth.ask(method, path, {}, { token: auth.serviceToken })).status)
}
