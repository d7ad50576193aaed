// Who is asking, when a gateway stands in front: what it let through counts, what it refused does not.

import type { Caller } from '@plinth/contracts'
import { TokenError } from '@plinth/crypto'
import type { FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
let says: Partial<Pick<FastifyRequest, 'caller' | 'tokenProblem'>> = {}
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({}, { gate: (request) => void Object.assign(request, says) })
})
afterAll(() => project.drop())

const callerWith = (token: string | undefined): Caller => ({
  role: 'anon',
  claims: {},
  claimsJson: '{}',
  keyKind: 'publishable',
  token,
})
const list = (token?: string) =>
  auth.ask('GET', '/admin/users', undefined, token === undefined ? {} : { token })

describe('behind a gateway', () => {
  it('takes the token that it made for a bare secret key', async () => {
    says = { caller: callerWith(auth.serviceToken) }
    expect((await list('sb_secret_x')).status).toBe(200)
    expect((await list()).status).toBe(200)
  })

  it('asks for a person where a bare publishable key came', async () => {
    says = { caller: callerWith(auth.anonToken) }
    expect((await list('sb_publishable_x')).body.error_code).toBe('not_admin')
    const me = await auth.ask('GET', '/user')
    expect(me.body).toMatchObject({ code: 403, msg: 'invalid claim: missing sub claim' })
  })

  it('takes one that is refused elsewhere for being issued in the future, as GoTrue', async () => {
    const tokenProblem = new TokenError('issued_in_future', 'the clock was set back')
    says = { caller: callerWith(undefined), tokenProblem }
    expect((await list(auth.serviceToken)).status).toBe(200)
    const { body } = await auth.ask('POST', '/signup', { email: 'ahead@example.com', password: 'secret-1' })
    const me = () => auth.ask('GET', '/user', undefined, { token: body.access_token })
    auth.pass(-7200)
    expect((await me()).body).toMatchObject({ email: 'ahead@example.com' })
    const renew = () => auth.ask('POST', '/token?grant_type=refresh_token', body)
    expect((await renew()).status).toBe(200)
    auth.pass(7200 + 3600)
    says = {}
    expect((await me()).body).toMatchObject({ error_code: 'bad_jwt', msg: expect.stringMatching('expired') })
    expect((await auth.ask('POST', '/token?grant_type=refresh_token', body)).status).toBe(200)
  })

  it('does not take a token that it refused, whatever its signature', async () => {
    says = { caller: callerWith(undefined), tokenProblem: new TokenError('unknown_key', 'switched off') }
    expect(await list(auth.serviceToken)).toMatchObject({ status: 403, body: { error_code: 'bad_jwt' } })
    says = { caller: callerWith(undefined), tokenProblem: { reason: 'not_bearer', message: '' } }
    expect(await list(auth.serviceToken)).toMatchObject({
      status: 401,
      body: { error_code: 'no_authorization' },
    })
  })
})
