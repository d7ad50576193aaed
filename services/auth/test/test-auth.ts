// The service on a database of its own, asked over HTTP without a port; letters are kept in a list.

import type { Observation, RequestObservation, SigningKey } from '@plinth/contracts'
import { AuthConfig } from '@plinth/contracts'
import { makeSigner, makeVerifier, signHs256 } from '@plinth/crypto'
import { makeServer, type Outbound } from '@plinth/http'
import { openPool, type Pool } from '@plinth/postgres'
import { testDatabase } from '@plinth/testing'
import type { FastifyRequest } from 'fastify'
import { authService, type Letter, tokenTimes } from '../src/index.ts'

const secret = 'a-test-secret-of-more-than-thirty-two-characters'

export type Answer = {
  readonly status: number
  /** Parsed JSON: tests look into it freely. */
  readonly body: any
  readonly headers: Readonly<Record<string, string>>
}

type Asking = {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type TestAuth = {
  readonly ask: (method: string, path: string, body?: unknown, how?: Asking) => Promise<Answer>
  readonly letters: Letter[]
  readonly noticed: (Observation | RequestObservation)[]
  readonly pool: Pool
  /** Moves the service's clock. */
  readonly pass: (seconds: number) => void
  readonly serviceToken: string
  readonly anonToken: string
  readonly close: () => Promise<void>
}

type More = {
  readonly inbox?: boolean
  /** Stands for the outside world. */
  readonly outbound?: Outbound
  readonly signingKeys?: readonly SigningKey[]
  /** What a gateway in front would say about a request. */
  readonly gate?: (request: FastifyRequest) => void
}

export type TestProject = {
  readonly auth: (config?: Partial<AuthConfig>, more?: More) => Promise<TestAuth>
  readonly admin: Pool
  readonly drop: () => Promise<void>
}

/** One database for a test file; services with different settings share it. */
export const testProject = async (): Promise<TestProject> => {
  const database = await testDatabase({ template: 'project' })
  const open: TestAuth[] = []
  const auth: TestProject['auth'] = async (
    config = {},
    { inbox = false, gate, outbound, signingKeys = [] } = {},
  ) => {
    let ahead = 0
    const clock = () => Date.now() + ahead
    const pool = openPool({ ...database.as('supabase_auth_admin'), size: 5, applicationName: 'auth test' })
    const letters: Letter[] = []
    const noticed: TestAuth['noticed'] = []
    const observe = (one: Observation | RequestObservation) => {
      noticed.push(one)
    }
    const keys = { secret, signingKeys }
    const app = makeServer({ observe })
    app.addHook('onRequest', (request, _reply, done) => {
      gate?.(request)
      done()
    })
    await app.register(
      authService({
        pool,
        config: AuthConfig.parse({ rate_limit_otp: 100_000, rate_limit_verify: 100_000, ...config }),
        signer: makeSigner(keys),
        verifier: makeVerifier({ ...keys, times: tokenTimes, now: clock }),
        publicUrl: 'http://ref.localhost:8000',
        clock,
        observe,
        ...(outbound === undefined ? {} : { outbound }),
        ...(inbox ? {} : { mail: { send: async (letter: Letter) => void letters.push(letter) } }),
      }),
      { prefix: '/auth/v1' },
    )
    const ask: TestAuth['ask'] = async (method, path, body, { token, headers = {} } = {}) => {
      const reply = await app.inject({
        method: method as 'GET',
        url: `/auth/v1${path}`,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const isJson = String(reply.headers['content-type'] ?? '').includes('json')
      return {
        status: reply.statusCode,
        body: isJson ? reply.json() : reply.body,
        headers: reply.headers as Record<string, string>,
      }
    }
    const self: TestAuth = {
      ask,
      letters,
      noticed,
      pool,
      pass: (seconds) => {
        ahead += seconds * 1000
      },
      serviceToken: signHs256(secret, { role: 'service_role', iss: 'supabase', exp: 4_000_000_000 }),
      anonToken: signHs256(secret, { role: 'anon', iss: 'supabase', exp: 4_000_000_000 }),
      close: async () => {
        await app.close()
        await pool.close()
      },
    }
    open.push(self)
    return self
  }
  const drop = async () => {
    for (const one of open) await one.close()
    await database.drop()
  }
  return { auth, admin: database.admin, drop }
}
