// Signing in and staying signed in, at the stack of a real project: sign-ins and refreshes a second next to their
// floors of the same run, ten thousand sessions refreshed, and how long `/user` takes while everybody signs in.

import { join } from 'node:path'
import { createProject, makeManage, type Project, query, startInstallation } from '@plinth/e2e'
import { type UnixClient, unixClient } from '@plinth/http'
import { stackPids } from '../measured-processes.ts'
import { cpuMicros, pssMiB } from '../process-use.ts'
import { record } from '../record.ts'
import { median, percentile } from '../statistics.ts'
import { bareHashes, bareTransactions } from './auth-floors.ts'
import { repeat } from './repeat.ts'

const seconds = 4
const people = 16
const sessions = 10_000
const passes = 5
const inFlight = 200
const password = 'correct horse'
const noLimit = 1_000_000

type Session = {
  readonly access_token: string
  readonly refresh_token: string
  readonly user: { readonly id: string }
}

type Door = { readonly client: UnixClient; readonly key: string }

const show = (name: string, times: readonly number[], floor?: number): void => {
  const perSecond = times.length / seconds
  record('auth', {
    name,
    unit: '1/s',
    median: perSecond,
    ...(floor === undefined ? {} : { ratio: perSecond / floor }),
    note: `p50 ${median(times).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`,
  })
}

const post = async ({ client, key }: Door, path: string, body: object): Promise<Session> => {
  const answer = await client.request('POST', `/auth/v1${path}`, body, { headers: { apikey: key } })
  if (answer.status !== 200)
    throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  // The service answered 200: a session.
  return answer.body as Session
}

const refresh = (door: Door, token: string) =>
  post(door, '/token?grant_type=refresh_token', { refresh_token: token })

const emailOf = (lane: number): string => `user${lane}@example.com`
const signIn = (door: Door, lane: number) =>
  post(door, '/token?grant_type=password', { email: emailOf(lane), password })

const readUser = async ({ client, key }: Door, token: string): Promise<void> => {
  const headers = { apikey: key, authorization: `Bearer ${token}` }
  const { status } = await client.request('GET', '/auth/v1/user', undefined, { headers })
  if (status !== 200) throw new Error(`/user answered ${status}`)
}

type Owner = { readonly socketDir: string; readonly password: string }

const measureSignIns = async (door: Door, owner: Owner, token: string, userId: string) => {
  const hashes = await bareHashes(password, people, seconds)
  record('auth', { name: 'floor: bcrypt comparison, cost 10', unit: '1/s', median: hashes })
  show('password sign-in', await repeat(people, seconds, (lane) => signIn(door, lane)), hashes)
  show('/user, nobody signing in', await repeat(2, seconds, () => readUser(door, token)))
  const storm = repeat(people, seconds, (lane) => signIn(door, lane))
  show(
    `/user while ${people} people sign in all the time`,
    await repeat(2, seconds, () => readUser(door, token)),
  )
  await storm
  const transactions = await bareTransactions(owner, userId, people, seconds)
  record('auth', { name: 'floor: transaction of a refresh', unit: '1/s', median: transactions })
  return transactions
}

const measureRefreshes = async (door: Door, floor: number): Promise<void> => {
  const tokens = await Promise.all(
    Array.from({ length: people }, async (_, lane) => (await signIn(door, lane)).refresh_token),
  )
  const times = await repeat(people, seconds, async (lane) => {
    tokens[lane] = (await refresh(door, tokens[lane] ?? '')).refresh_token
  })
  show('refresh', times, floor)
}

const tokenOf = (index: number): string => `bench${String(index).padStart(7, '0')}`

/** Sessions as the service would have opened them, without the ten minutes that hashing takes. */
const manySessions = `
  with person as (
    insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data,
      raw_user_meta_data, created_at, updated_at)
    select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated',
      'many' || i || '@example.com', now(), '{"provider":"email","providers":["email"]}', '{}', now(), now()
    from generate_series(0, ${sessions - 1}) i
    returning id, email
  ), session as (
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    select gen_random_uuid(), id, now(), now(), 'aal1' from person
    returning id, user_id
  )
  insert into auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
  select '00000000-0000-0000-0000-000000000000',
    'bench' || lpad(substring(p.email from 'many([0-9]+)@'), 7, '0'), p.id, false, now(), now(), '', s.id
  from session s join person p on p.id = s.user_id`

const measureMany = async (door: Door, stack: number): Promise<void> => {
  const tokens = Array.from({ length: sessions }, (_, index) => tokenOf(index))
  for (let pass = 1; pass <= passes; pass += 1) {
    const times: number[] = []
    let next = 0
    const lane = async () => {
      while (next < sessions) {
        const index = next
        next += 1
        const started = performance.now()
        tokens[index] = (await refresh(door, tokens[index] ?? '')).refresh_token
        times.push(performance.now() - started)
      }
    }
    const started = performance.now()
    await Promise.all(Array.from({ length: inFlight }, lane))
    const took = (performance.now() - started) / 1000
    record('auth', {
      name: `${sessions} sessions refreshed, ${inFlight} at a time, pass ${pass}`,
      unit: '1/s',
      median: sessions / took,
      note: `p50 ${median(times).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms, stack ${pssMiB(stack).toFixed(0)} MiB`,
    })
  }
}

const measure = async (door: Door, project: Project, installation: Parameters<typeof stackPids>[0]) => {
  const manage = makeManage(installation)
  await query(manage, project.ref, manySessions)
  const config = { rate_limit_token_refresh: noLimit, rate_limit_otp: noLimit }
  const { status, body } = await manage('PATCH', `/v1/projects/${project.ref}/config/auth`, config)
  if (status !== 200) throw new Error(`config: ${status} ${JSON.stringify(body)}`)
  const first = await post(door, '/signup', { email: emailOf(0), password })
  for (let lane = 1; lane < people; lane += 1) await post(door, '/signup', { email: emailOf(lane), password })
  const owner = { socketDir: join(installation.run, project.ref), password: project.password }
  const floor = await measureSignIns(door, owner, first.access_token, first.user.id)
  await measureRefreshes(door, floor)
  // Of the stack processes the one that works: the others are spares.
  const stack = stackPids(installation).toSorted((a, b) => cpuMicros(b) - cpuMicros(a))[0] ?? 0
  await measureMany(door, stack)
}

export const auth = async (): Promise<void> => {
  const installation = await startInstallation()
  try {
    const project = await createProject(makeManage(installation), 'bench')
    const client = unixClient(join(installation.run, project.ref, 'http.sock'))
    try {
      await measure({ client, key: project.keys.anon }, project, installation)
    } finally {
      await client.close()
    }
  } finally {
    await installation.remove()
  }
}
