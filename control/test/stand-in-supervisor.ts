// The supervisor's API on a socket, for tests of the control plane alone: it keeps what it was told in plain
// arrays and reports what a test tells it to.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BranchReport,
  type BranchStatus,
  type LiftWish,
  ProjectRef,
  type StackSpec,
} from '@plinth/contracts'
import { closeServer, listenOnSocket, makeServer, streamLines } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { standInBackups } from './stand-in-backups.ts'

export type StandInSupervisor = {
  readonly socketPath: string
  /** Every spec that was put, in order. */
  readonly specs: readonly StackSpec[]
  /** Refs of ordered restarts; each is over when a test reports it. */
  readonly restarts: readonly string[]
  /** Refs of restores that began. */
  readonly restores: readonly string[]
  /** Reports a branch as a real supervisor would after it changed. */
  readonly report: (ref: string, status: BranchStatus, more?: Partial<BranchReport>) => void
  /** What new branches become at once; default `awake`. `undefined` leaves them provisioning. */
  becomes: BranchStatus | undefined
  /** What a branch becomes as soon as its restore begins; default `awake`. `undefined` leaves it restoring. */
  restored: BranchStatus | undefined
  /** Makes what a spec asks for, where a test needs more than reports; answers the name of the branch's database. */
  prepare: ((spec: StackSpec) => Promise<string>) | undefined
  /** While set, every PUT is refused: a host that cannot be reached. */
  isDown: boolean
  /** Addresses that are banned, of any branch. */
  readonly banned: Set<string>
  /** Why the host limits no memory; `undefined` when it does. */
  whyNoLimits: string | undefined
  readonly close: () => Promise<void>
}

type Follower = (report: BranchReport) => void

export const standInSupervisor = async (postgresSocketDir: string): Promise<StandInSupervisor> => {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-'))
  const socketPath = join(folder, 'supervisor.sock')
  const specs: StackSpec[] = []
  const restarts: string[] = []
  const restores: string[] = []
  const reports = new Map<string, BranchReport>()
  const followers = new Set<Follower>()
  const app = makeServer({ observe: memoryObserve(), bodyLimit: 10_000_000 })

  const report: StandInSupervisor['report'] = (ref, status, more = {}) => {
    const specVersion = specs.findLast((spec) => spec.ref === ref)?.version ?? 1
    const line: BranchReport = {
      ref: ProjectRef.parse(ref),
      status,
      specVersion,
      postgresVersion: '17.12',
      since: new Date().toISOString(),
      ...more,
    }
    reports.set(ref, line)
    for (const follow of followers) follow(line)
  }

  const standIn: StandInSupervisor = {
    socketPath,
    specs,
    restarts,
    restores,
    report,
    becomes: 'awake',
    restored: 'awake',
    prepare: undefined,
    isDown: false,
    banned: new Set(),
    whyNoLimits: undefined,
    close: async () => {
      await closeServer(app, 0)
      await rm(folder, { recursive: true, force: true })
    },
  }

  const databases = new Map<string, Promise<string>>()

  const settle = async (spec: StackSpec): Promise<void> => {
    if (standIn.prepare !== undefined && spec.desired === 'available') {
      const database = standIn.prepare(spec)
      databases.set(spec.ref, database)
      await database
    }
    if (spec.desired === 'removed') report(spec.ref, 'gone')
    else if (spec.desired === 'paused') report(spec.ref, 'paused')
    else if (spec.restartVersion === spec.version) {
      restarts.push(spec.ref)
      report(spec.ref, 'awake', { leaving: true })
    } else if (standIn.becomes !== undefined) report(spec.ref, standIn.becomes)
  }

  app.put<{ Body: StackSpec; Params: { ref: string } }>('/branches/:ref', async (request, reply) => {
    if (standIn.isDown) return reply.code(503).send({ message: 'The host is down.' })
    const { ref } = request.params
    specs.push(request.body)
    if (!reports.has(ref)) report(ref, 'provisioning')
    void settle(request.body)
    return reply.code(202).send(reports.get(ref))
  })
  app.get('/branches', async () => [...reports.values()].filter(({ status }) => status !== 'gone'))
  app.post<{ Params: { ref: string } }>('/branches/:ref/wake', async (request, reply) => {
    const { ref } = request.params
    if (reports.get(ref)?.status === 'broken') {
      return reply.code(503).send({ code: 'broken', message: 'The branch is broken.' })
    }
    const database = await databases.get(ref)
    return { ref, httpSocket: join(folder, 'http.sock'), postgresSocketDir, ...(database && { database }) }
  })
  standInBackups(app, (ref) => {
    restores.push(ref)
    report(ref, 'restoring')
    if (standIn.restored !== undefined) report(ref, standIn.restored)
  })
  app.get('/branches/:ref/vault-key', async () => ({ key: 'a'.repeat(64) }))
  app.put('/branches/:ref/vault-key', async (request) => request.body)
  app.get('/events', (_request, reply) => {
    const stream = streamLines(reply)
    for (const line of reports.values()) stream.send(line)
    followers.add(stream.send)
    stream.closed.addEventListener('abort', () => followers.delete(stream.send))
  })
  app.get('/branches/:ref/disk', async () => ({ database: 30, archive: 20, logs: 10, available: 70 }))
  app.get('/branches/:ref/bans', async () =>
    [...standIn.banned].map((address) => ({ address, until: '2126-01-01T00:00:00.000Z' })),
  )
  app.delete<{ Body: LiftWish }>('/branches/:ref/bans', async (request, reply) => {
    for (const address of request.body.addresses) standIn.banned.delete(address)
    return reply.code(204).send()
  })
  app.get('/deleted', async () =>
    [...reports.values()]
      .filter(({ status }) => status === 'gone')
      .map(({ ref, since }) => ({ ref, deletedAt: since })),
  )
  app.get('/health', async () => ({ status: 'ok', pooler: false, limits: { why: standIn.whyNoLimits } }))
  await listenOnSocket(app, socketPath)
  return standIn
}
