// The request line: requests at the stack's socket and through the edge, next to two floors of the same run: the
// wire client alone, and a bare HTTP server that runs the same session. Floor and product take turns in short rounds,
// so that whatever else the machine does meets both.

import { join } from 'node:path'
import {
  createProject,
  type Installation,
  makeManage,
  type Project,
  query,
  startInstallation,
} from '@plinth/e2e'
import { type Floor, startFloor } from '../floors/start-floor.ts'
import { type Amount, type Round, type Sender, startSender, type Target } from '../load.ts'
import { edgePids, postgresPids, stackPids } from '../measured-processes.ts'
import { record } from '../record.ts'
import { median } from '../statistics.ts'
import { type Case, cases, rolePassword, schema } from './rest-cases.ts'

const rounds = 5
const warmUp = { seconds: 1, atLeast: 5000 }
const secondsOfRound = 1.5

export type Bench = {
  readonly sender: Sender
  readonly floor: Floor
  readonly project: Project
  readonly installation: Installation
}

type Side = { readonly name: string; readonly target: Target; readonly rounds: Round[] }

const sidesOf = ({ floor, installation, project }: Bench, one: Case): readonly Side[] => {
  const postgres = postgresPids(installation, project.ref)
  const stack = stackPids(installation)
  const edge = edgePids(installation)
  const path = join(installation.run, project.ref, 'http.sock')
  const sides: Side[] = [
    {
      name: 'floor',
      target: { door: { path: floor.socketPath }, processes: { node: [floor.pid], postgres } },
      rounds: [],
    },
    { name: 'stack', target: { door: { path }, processes: { node: stack, postgres } }, rounds: [] },
  ]
  const port = Number(new URL(project.url).port)
  if (one.throughEdge === true)
    sides.push({
      name: 'edge',
      target: { door: { port }, processes: { node: [...edge, ...stack], postgres } },
      rounds: [],
    })
  return sides
}

const of = (taken: readonly Round[], value: (round: Round) => number | undefined): number =>
  median(taken.map((round) => value(round) ?? Number.NaN))

/** Each round against the floor's round right before it. */
const ratioTo = (floor: readonly Round[], taken: readonly Round[]): number =>
  median(taken.map((round, index) => round.perSecond / (floor[index]?.perSecond ?? Number.NaN)))

/** Processor time of all processes together. */
const allMicros = (round: Round | undefined): number =>
  Object.values(round?.micros ?? {}).reduce((sum, each) => sum + each, 0)

/** What a request of the floor costs as a share of what it costs here: tells more on a machine that does other things. */
const cpuRatioTo = (floor: readonly Round[], taken: readonly Round[]): number =>
  median(taken.map((round, index) => allMicros(floor[index]) / allMicros(round)))

const show = (one: Case, side: Side, floor: readonly Round[]): void => {
  const failed = side.rounds.reduce((sum, round) => sum + round.failed, 0)
  if (failed > 0) throw new Error(`${one.name} at the ${side.name}: ${failed} requests failed`)
  const ms = (value: (round: Round) => number) => of(side.rounds, value).toFixed(2)
  const micros = (kind: string) => of(side.rounds, (round) => round.micros[kind]).toFixed(0)
  record('rest', {
    name: `${one.name}: ${side.name}`,
    unit: 'req/s',
    median: of(side.rounds, (round) => round.perSecond),
    ...(side.name === 'floor' ? {} : { ratio: ratioTo(floor, side.rounds) }),
    note: `${side.name === 'floor' ? '' : `${cpuRatioTo(floor, side.rounds).toFixed(2)} by CPU, `}p50 ${ms(({ p50 }) => p50)} ms, p99 ${ms(({ p99 }) => p99)} ms, Node ${micros('node')} µs, Postgres ${micros('postgres')} µs`,
  })
}

/** SQL code can see the headers, so they are part of the session that the floor runs too. */
const withKey = ({ keys }: Project, one: Case): Case => ({
  ...one,
  headers: { apikey: keys.anon, ...one.headers },
})

const measureCase = async (bench: Bench, one: Case, index: number): Promise<void> => {
  const request = withKey(bench.project, one)
  const send = (target: Target, amount: Omit<Amount, 'connections'>) =>
    bench.sender.send(target, request, { ...amount, connections: one.connections })
  const isHeavy = one.name === 'insert 1000'
  for (const side of sidesOf(bench, one)) await send(side.target, isHeavy ? { seconds: 1 } : warmUp)
  // Found again: the warm-up has opened connections, which are processes.
  const sides = sidesOf(bench, one)
  for (let round = 0; round < rounds; round++)
    for (const side of sides) side.rounds.push(await send(side.target, { seconds: secondsOfRound }))
  if (one.connections === 20) {
    const line = await bench.floor.askLine({ request: index, inFlight: 20, seconds: secondsOfRound })
    record('rest', {
      name: `${one.name}: wire client alone`,
      unit: 'req/s',
      median: line.perSecond,
      note: `CPU/session: Node ${line.micros.toFixed(0)} µs`,
    })
  }
  for (const side of sides) show(one, side, sides[0]?.rounds ?? [])
}

/** Claims of a key that is a token itself. */
const claimsOf = (key: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString('utf8'))

export const startBench = async (): Promise<Bench & { readonly close: () => Promise<void> }> => {
  const installation = await startInstallation()
  const sender = startSender()
  try {
    const manage = makeManage(installation)
    const project = await createProject(manage, 'bench')
    await query(manage, project.ref, schema)
    const socketDir = join(installation.run, project.ref)
    const floor = await startFloor({
      line: { socketDir, user: 'bench_line', password: rolePassword },
      socketPath: join(installation.data, 'floor.sock'),
      requests: cases.map((one) => withKey(project, one)),
      claims: claimsOf(project.keys.anon),
    })
    const close = async () => {
      floor.close()
      sender.close()
      await installation.remove()
    }
    return { sender, floor, project, installation, close }
  } catch (error) {
    sender.close()
    await installation.remove()
    throw error
  }
}

export const rest = async (words: string): Promise<void> => {
  const bench = await startBench()
  try {
    for (const [index, one] of cases.entries())
      if (one.name.includes(words)) await measureCase(bench, one, index)
  } finally {
    await bench.close()
  }
}
