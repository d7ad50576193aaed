// Sign-ins and refreshes per second next to their floors in the same run (the bare hash; the bare transaction), and
// how long `/user` takes while everybody signs in: `node --conditions=source bench/sessions.bench.ts`.
// Prints one JSON line per figure.

import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { AuthConfig } from '@plinth/contracts'
import { hashPassword, makeSigner, makeVerifier, verifyPassword } from '@plinth/crypto'
import { makeServer, type UnixClient, unixClient } from '@plinth/http'
import { migrate, openPool } from '@plinth/postgres'
import { openAdmin, startTestServer } from '@plinth/testing/server'
import { authService } from '../src/index.ts'
import { migrations } from '../src/migrations.generated.ts'
import { insertAuditEntry } from '../src/sql/insert-audit-entry.ts'
import { insertSession } from '../src/sql/insert-session.ts'

const seconds = 4
const users = 16
const password = 'correct horse'
const poolSize = 5

const setUp = `
  create role anon; create role authenticated; create role service_role; create role dashboard_user;
  do $$ begin create role postgres; exception when duplicate_object then null; end $$;
  create role supabase_auth_admin login noinherit password 'supabase_auth_admin';
  create schema auth;
  grant create, usage on schema auth to supabase_auth_admin`

const openAuthPool = (socketDir: string) =>
  openPool({
    socketDir,
    user: 'supabase_auth_admin',
    password: 'supabase_auth_admin',
    database: 'postgres',
    size: poolSize,
    applicationName: 'auth bench',
  })

const unlimited = 1_000_000_000

const serve = async ({ socketDir, socketPath }: { socketDir: string; socketPath: string }): Promise<void> => {
  const keys = { secret: 'a-bench-secret-of-more-than-thirty-two-characters', signingKeys: [] }
  const observe = () => undefined
  const app = makeServer({ observe })
  const config = AuthConfig.parse({ rate_limit_token_refresh: unlimited, rate_limit_otp: unlimited })
  const signer = makeSigner(keys)
  const verifier = makeVerifier(keys)
  const deps = { pool: openAuthPool(socketDir), config, signer, verifier, clock: Date.now, observe }
  await app.register(authService({ ...deps, publicUrl: 'http://bench' }), { prefix: '/auth/v1' })
  await app.listen({ path: socketPath })
}

const report = (name: string, unit: string, value: number): void =>
  console.log(JSON.stringify({ area: 'auth', name, unit, median: Number(value.toFixed(2)) }))

const percentile = (series: readonly number[], share: number): number => {
  const sorted = series.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Runs `lanes` loops side by side; the time of every turn in milliseconds. */
const repeat = async (lanes: number, turn: (lane: number) => Promise<unknown>): Promise<number[]> => {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  const loop = async (lane: number) => {
    while (performance.now() < end) {
      const start = performance.now()
      await turn(lane)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => loop(lane)))
  return times
}

type Session = {
  readonly access_token: string
  readonly refresh_token: string
  readonly user: { id: string }
}

const post = async (client: UnixClient, path: string, body: object): Promise<Session> => {
  const answer = await client.request('POST', `/auth/v1${path}`, body)
  if (answer.status !== 200)
    throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  // The service answered 200: a session.
  return answer.body as Session
}

const emailOf = (lane: number): string => `user${lane}@example.com`
const signIn = (client: UnixClient, lane: number) =>
  post(client, '/token?grant_type=password', { email: emailOf(lane), password })

/** What a sign-in writes, and nothing around it. */
const bareTransactions = async (socketDir: string, userId: string): Promise<number> => {
  const pool = openAuthPool(socketDir)
  const times = await repeat(users, () =>
    pool.transaction(async (db) => {
      const at = new Date().toISOString()
      await insertAuditEntry(db, { id: randomUUID(), at, ip: '', payload: {} })
      const refreshToken = randomUUID()
      const session = { id: randomUUID(), userId, method: 'password', refreshToken, at }
      await insertSession(db, { ...session, ip: undefined, userAgent: undefined, app: undefined })
    }),
  )
  await pool.close()
  return times.length / seconds
}

const bareHashes = async (): Promise<number> => {
  const hash = await hashPassword(password)
  const times = await repeat(users, () => verifyPassword(password, hash))
  return times.length / seconds
}

const measureUser = (client: UnixClient, token: string): Promise<number[]> =>
  repeat(2, async () => {
    const headers = { authorization: `Bearer ${token}` }
    const { status } = await client.request('GET', '/auth/v1/user', undefined, { headers })
    if (status !== 200) throw new Error(`/user answered ${status}`)
  })

const measure = async (client: UnixClient, socketDir: string): Promise<void> => {
  const sessions: Session[] = []
  for (let lane = 0; lane < users; lane += 1) {
    sessions.push(await post(client, '/signup', { email: emailOf(lane), password }))
  }
  const [first] = sessions
  if (first === undefined) throw new Error('nobody signed up')

  const hashes = await bareHashes()
  report('bare bcrypt comparison, cost 10', '1/s', hashes)
  const signIns = await repeat(users, (lane) => signIn(client, lane))
  report('password sign-in', '1/s', signIns.length / seconds)
  report('password sign-in, p99', 'ms', percentile(signIns, 0.99))
  report('password sign-in to bare comparison', 'ratio', signIns.length / seconds / hashes)

  const transactions = await bareTransactions(socketDir, first.user.id)
  report('bare transaction of a sign-in', '1/s', transactions)
  const refreshes = await repeat(users, async (lane) => {
    const old = sessions[lane]
    if (old === undefined) throw new Error('no session')
    sessions[lane] = await post(client, '/token?grant_type=refresh_token', {
      refresh_token: old.refresh_token,
    })
  })
  report('refresh', '1/s', refreshes.length / seconds)
  report('refresh, p99', 'ms', percentile(refreshes, 0.99))
  report('refresh to bare transaction', 'ratio', refreshes.length / seconds / transactions)

  const quiet = await measureUser(client, first.access_token)
  report('/user alone, p50', 'ms', percentile(quiet, 0.5))
  report('/user alone, p99', 'ms', percentile(quiet, 0.99))
  const storm = repeat(users, (lane) => signIn(client, lane))
  const stormy = await measureUser(client, first.access_token)
  await storm
  report('/user while 16 people sign in all the time, p50', 'ms', percentile(stormy, 0.5))
  report('/user while 16 people sign in all the time, p99', 'ms', percentile(stormy, 0.99))
}

const run = async (): Promise<void> => {
  const server = await startTestServer()
  const { socketDir } = server
  const socketPath = join(socketDir, 'auth.sock')
  try {
    const admin = openAdmin(socketDir, 'postgres')
    await admin.session((session) => session.script(setUp))
    await migrate(admin, [{ owner: 'auth', role: 'supabase_auth_admin', migrations }])
    await admin.close()
    const child = fork(join(import.meta.dirname, 'sessions.bench.ts'), {
      execArgv: ['--conditions=source'],
      env: { ...process.env, AUTH_BENCH: JSON.stringify({ socketDir, socketPath }) },
    })
    const [ready] = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (ready !== 'ready') throw new Error('the service did not start')
    const client = unixClient(socketPath)
    try {
      await measure(client, socketDir)
    } finally {
      await client.close()
      child.kill()
    }
  } finally {
    await server.stop()
  }
}

const told = process.env['AUTH_BENCH']
if (told === undefined) await run()
else {
  await serve(JSON.parse(told))
  process.send?.('ready')
}
