// What stands around an edge: a supervisor's two calls, stacks and a control plane, each on its socket.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BranchStatus, ProjectRef, type Route } from '@plinth/contracts'
import { closeServer, type LineStream, listenOnSocket, makeServer, streamLines } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import type { EdgeConfig } from '../src/config.ts'
import { type Edge, startEdge } from '../src/edge.ts'

export const refs = { one: 'a'.repeat(20), two: 'b'.repeat(20), asleep: 'c'.repeat(20) }

/** Of every stage's installation. */
export const sealKey = randomBytes(32)

export type Stage = {
  readonly run: string
  readonly observer: ReturnType<typeof memoryObserve>
  /** Replies of `POST /branches/{ref}/wake`, and how often it was called. */
  readonly wakes: string[]
  /** Branches that were reported to have traffic, in order. */
  readonly active: string[]
  onWake: (ref: string) => Promise<{ status: number; body: unknown }>
  readonly route: (ref: string, status: BranchStatus, more?: Partial<Route>) => Route
  readonly tell: (route: Route) => void
  readonly startSupervisor: () => Promise<void>
  readonly stopSupervisor: () => Promise<void>
  readonly serve: (socketPath: string, listener: RequestListener) => Promise<Server>
  readonly startEdge: (more?: Partial<EdgeConfig>) => Promise<Edge>
  readonly close: () => Promise<void>
}

export const setStage = async (): Promise<Stage> => {
  const run = await mkdtemp(join(tmpdir(), 'edge-'))
  const observer = memoryObserve()
  const routes = new Map<string, Route>()
  const streams = new Set<LineStream>()
  const opened: (() => Promise<unknown>)[] = []
  let stopSupervisor = async () => undefined as unknown

  const startSupervisor = async () => {
    const app = makeServer({ observe: () => undefined })
    app.get('/routes', (_request, reply) => {
      const stream = streamLines(reply)
      streams.add(stream)
      stream.closed.addEventListener('abort', () => streams.delete(stream))
      for (const route of routes.values()) stream.send(route)
      stream.send({ ready: true })
    })
    app.post<{ Params: { ref: string } }>('/branches/:ref/wake', async (request, reply) => {
      stage.wakes.push(request.params.ref)
      const { status, body } = await stage.onWake(request.params.ref)
      return reply.code(status).send(body)
    })
    app.post<{ Body: { refs: string[] } }>('/activity', async (request, reply) => {
      stage.active.push(...request.body.refs)
      return reply.code(204).send()
    })
    await listenOnSocket(app, join(run, 'supervisor.sock'))
    stopSupervisor = () => closeServer(app, 0)
  }

  const stage: Stage = {
    run,
    observer,
    wakes: [],
    active: [],
    onWake: async (ref) => ({
      status: 200,
      body: { ref, httpSocket: join(run, `${ref}.sock`), postgresSocketDir: run },
    }),
    route: (ref, status, more) => ({
      ref: ProjectRef.parse(ref),
      status,
      loopbackPort: 1,
      httpSocket: join(run, `${ref}.sock`),
      postgresSocketDir: run,
      ...more,
    }),
    tell: (route) => {
      if (route.status === 'gone') routes.delete(route.ref)
      else routes.set(route.ref, route)
      for (const stream of streams) stream.send(route)
    },
    startSupervisor,
    stopSupervisor: async () => {
      await stopSupervisor()
    },
    serve: async (socketPath, listener) => {
      const server = createServer(listener)
      await listenOnSocket(server, socketPath)
      opened.push(async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      })
      return server
    },
    startEdge: async (more) => {
      const keyFile = join(run, 'installation.key')
      await writeFile(keyFile, sealKey.toString('hex'))
      const config = {
        PLINTH_DATA: run,
        PLINTH_INSTALLATION_KEY_FILE: keyFile,
        PLINTH_RUN: run,
        PLINTH_PORT: 0,
        PLINTH_DB_PORT: 0,
        PLINTH_POOLER_PORT: 0,
        PLINTH_TLS_PORT: 0,
        PLINTH_DOMAIN: 'plinth.test',
        ...more,
      }
      const edge = await startEdge({ config, observe: observer })
      opened.unshift(() => edge.stop(0))
      return edge
    },
    close: async () => {
      for (const close of opened) await close()
      await stopSupervisor()
      await rm(run, { recursive: true })
    },
  }
  return stage
}
