// `npm run bench soak`: ten minutes of everything at once (`soak:2` takes two) while the schema changes and backends
// are killed. Fails when a row was wrong, a role leaked, a connection was lost for good, or a request failed that no
// killed backend excuses.

import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createProject,
  type Installation,
  type Manage,
  makeManage,
  type Project,
  query,
  startInstallation,
} from '@plinth/e2e'
import { liveHeapMiB } from '../live-heap.ts'
import { stackPids } from '../measured-processes.ts'
import { cpuMicros, pssMiB } from '../process-use.ts'
import { record } from '../record.ts'
import { type Ask, openAsk } from '../soak/ask.ts'
import type { Person } from '../soak/callers.ts'
import { type Cut, runPeople } from '../soak/run.ts'
import { changes, schema } from '../soak/schema.ts'

const usualMinutes = 10
const atOnce = 60
const users = 12
const killEveryMs = 2000
const changeEveryMs = 1500

const backends = `pg_stat_activity where usename = 'authenticator' and datname = current_database()`

/** Of a statement of the soak's own, which names its columns. */
type Row = Readonly<Record<string, unknown>>
type Run = (sql: string) => Promise<readonly Row[]>

const sign = (secret: string, claims: object): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

const makePeople = async (manage: Manage, { ref, keys }: Project): Promise<readonly Person[]> => {
  const { body } = await manage('GET', `/v1/projects/${ref}/postgrest`)
  const exp = Math.floor(Date.now() / 1000) + 86_400
  const signedIn = Array.from({ length: users }, (_, index): Person => {
    const sub = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
    return { role: 'authenticated', sub, token: sign(body.jwt_secret, { role: 'authenticated', sub, exp }) }
  })
  return [
    ...signedIn,
    { role: 'anon', sub: null, token: keys.anon },
    { role: 'service_role', sub: null, token: keys.service },
  ]
}

/** Most statements that run at the same moment: every place of the pool must take part. */
const countPlaces = async (ask: Ask, token: string, run: Run): Promise<number> => {
  const path = '/rpc/soak_doze?seconds=3'
  const dozing = Array.from({ length: 100 }, () => ask({ method: 'GET', path, token, leavesAfter: 2500 }))
  let most = 0
  let isOver = false
  const all = Promise.all(dozing).then(() => {
    isOver = true
  })
  while (!isOver) {
    const [row] = await run(
      `select count(*)::int as busy from ${backends} and state = 'active' and wait_event = 'PgSleep'`,
    )
    most = Math.max(most, Number(row?.['busy'] ?? 0))
    await sleep(50)
  }
  await all
  return most
}

/** Waits until nothing runs and nothing is held; throws after a while. */
const settle = async (run: Run): Promise<void> => {
  const until = performance.now() + 30_000
  for (;;) {
    const left = await run(
      `select state, query from ${backends} and state <> 'idle' and query not ilike 'listen%'`,
    )
    if (left.length === 0) return
    if (performance.now() > until) throw new Error(`Still running: ${JSON.stringify(left)}`)
    await sleep(100)
  }
}

/** Of the stack processes the one that works: the others are spares. */
const workingStack = (installation: Installation): number =>
  stackPids(installation).toSorted((a, b) => cpuMicros(b) - cpuMicros(a))[0] ?? 0

const measureMemory = async (installation: Installation): Promise<string> => {
  const pid = workingStack(installation)
  const taken = pssMiB(pid)
  return `${taken.toFixed(0)} MiB (${(await liveHeapMiB(pid)).toFixed(1)} of them live heap)`
}

const repeat = async (
  signal: AbortSignal,
  everyMs: number,
  work: (round: number) => Promise<void>,
): Promise<number> => {
  let round = 0
  for (; !signal.aborted; round++) {
    await work(round)
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
  return round
}

const disturb = (run: Run, cuts: Cut[], signal: AbortSignal) => ({
  changed: repeat(
    signal,
    changeEveryMs,
    async (round) => void (await run(changes[round % changes.length] ?? '')),
  ),
  killed: repeat(signal, killEveryMs, async () => {
    const cut: Cut = { from: performance.now(), to: Number.POSITIVE_INFINITY }
    cuts.push(cut)
    // Any of them, the listener too: whatever it was doing.
    await run(`select pg_terminate_backend(pid) from ${backends} order by random() limit 1`)
    cut.to = performance.now()
  }),
})

export const soak = async (words: string): Promise<void> => {
  const minutes = Number(words) || usualMinutes
  const installation = await startInstallation()
  try {
    const manage = makeManage(installation)
    const project = await createProject(manage, 'soak')
    const run: Run = (sql) => query(manage, project.ref, sql)
    await run(schema)
    const people = await makePeople(manage, project)
    const ask = openAsk(join(installation.run, project.ref, 'http.sock'), project.keys.anon)
    const anon = project.keys.anon
    // The API knows the new tables once a call of theirs is answered.
    const isKnown = async () => {
      const answer = await ask({ method: 'GET', path: '/soak_items?limit=1', token: anon })
      return answer !== 'left' && answer.status === 200
    }
    while (!(await isKnown())) await sleep(50)
    const placesBefore = await countPlaces(ask, anon, run)
    await settle(run)
    const memoryBefore = await measureMemory(installation)
    const cuts: Cut[] = []
    const over = new AbortController()
    const disturbed = disturb(run, cuts, over.signal)
    const taken: number[] = []
    const watched = repeat(
      over.signal,
      60_000,
      async () => void taken.push(pssMiB(workingStack(installation))),
    )
    const until = performance.now() + minutes * 60_000
    const counts = await runPeople(ask, people, { until, atOnce, cuts })
    over.abort()
    const [changed, killed] = await Promise.all([disturbed.changed, disturbed.killed, watched])
    await settle(run)
    const found = new Set((await run('select mark from public.soak_notes')).map(({ mark }) => mark as string))
    const lost = [...counts.marks].filter((mark) => !found.has(mark))
    const placesAfter = await countPlaces(ask, anon, run)
    await settle(run)
    ask.close()
    const memory = await measureMemory(installation)
    const right = [...counts.right.values()].reduce((sum, each) => sum + each, 0)
    for (const [kind, count] of [...counts.right].sort()) console.log(`  ${kind}: ${count}`)
    console.log(`  MiB of the stack minute by minute: ${taken.map((mib) => mib.toFixed(0)).join(', ')}`)
    for (const text of counts.wrong) console.log(`  WRONG ${text}`)
    record('soak', {
      name: `requests answered rightly in ${minutes} min`,
      unit: '',
      median: right,
      note: `${counts.wrongInAll} wrong, ${counts.cut} cut by ${killed} killed backends, ${changed} changes of the schema, ${counts.marks.size} rows written and ${lost.length} of them lost, ${placesBefore} connections at once before and ${placesAfter} after, stack ${memoryBefore} before and ${memory} after`,
    })
    if (counts.wrongInAll + lost.length > 0) throw new Error('The soak found something wrong; see above.')
    // Of a busy machine the first look may miss one.
    if (placesAfter < placesBefore) throw new Error('A connection was lost for good; see above.')
  } finally {
    await installation.remove()
  }
}
