// One stack process: started as a spare that knows nothing, later given the spec of a branch, or found running
// after the supervisor was restarted.

import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { StackPlace, StackSpec } from '@plinth/contracts'
import { isSocketServed, type UnixClient, unixClient } from '@plinth/http'
import { adopt, findProcess, type Proof, type RunningProcess, startProcess } from '@plinth/process'
import { z } from 'zod'
import { errors } from './errors.ts'

/** Program and arguments before `--admin`. */
export type StackEntry = {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** How an assigned stack is found again: its number and start. */
export type StackTrace = { readonly pid: number; readonly startTime: string }

const BOOT_LIMIT_MS = 15_000
const ASSIGN_LIMIT_MS = 20_000
const STOP_GRACE_MS = 10_000
/** Right after a restart of the supervisor a hundred stacks may be asked at once. */
const HEALTH_LIMIT_MS = 10_000

const Health = z.object({ ref: z.string().nullish(), specVersion: z.number().nullish(), ready: z.boolean() })

const call = async <T>(socket: string, use: (client: UnixClient) => Promise<T>): Promise<T> => {
  const client = unixClient(socket)
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

const putSpec = (socket: string, spec: StackSpec, place: StackPlace): Promise<void> =>
  call(socket, async (client) => {
    const { status, body } = await client.request(
      'PUT',
      '/spec',
      { spec, place },
      { timeoutMs: ASSIGN_LIMIT_MS },
    )
    if (status === 200) return
    const said = z.object({ message: z.string() }).safeParse(body)
    throw errors.stackFailed(`did not take its settings${said.success ? `: ${said.data.message}` : ''}`)
  })

export class StackProcess {
  readonly #running: RunningProcess
  #spare: { readonly socket: string; readonly log: string } | undefined

  private constructor(running: RunningProcess, spare?: { socket: string; log: string }) {
    this.#running = running
    this.#spare = spare
  }

  /** Starts a spare; resolves when it is warm, that is, when it could take a spec. */
  static async start(entry: StackEntry, socket: string, log: string): Promise<StackProcess> {
    await rm(socket, { force: true })
    await rm(log, { force: true })
    const running = await startProcess({
      command: entry.command,
      args: [...entry.args, '--admin', socket],
      env: { NODE_ENV: 'production', ...entry.env },
      logFile: log,
      detached: true,
    })
    const stack = new StackProcess(running, { socket, log })
    await stack.#untilWarm(socket)
    return stack
  }

  /** The assigned stack that left this trace, if it still runs. */
  static adopt(trace: StackTrace): StackProcess | undefined {
    const proof: Proof = { startTime: trace.startTime }
    const running = adopt(trace.pid, proof)
    return running && new StackProcess(running)
  }

  /** Becomes the stack of a branch; resolves when it serves. Its log moves to the branch's folder. */
  async assign(spec: StackSpec, place: StackPlace, logs: string): Promise<void> {
    if (!this.#spare) throw errors.stackFailed('already has a branch')
    const { socket, log } = this.#spare
    this.#spare = undefined
    const file = join(logs, 'stack.log')
    await rename(file, `${file}.1`).catch(() => undefined)
    await rename(log, file).catch(() => undefined)
    try {
      await this.#orEnds(putSpec(socket, spec, place))
    } finally {
      await rm(socket, { force: true })
    }
  }

  /** Hands a newer spec to a stack that serves already. */
  update(spec: StackSpec, place: StackPlace): Promise<void> {
    return this.#orEnds(putSpec(place.adminSocket, spec, place))
  }

  get pid(): number {
    return this.#running.pid
  }

  get exited(): Promise<unknown> {
    return this.#running.exited
  }

  get trace(): StackTrace | undefined {
    const startTime = findProcess(this.pid)?.startTime
    return startTime === undefined ? undefined : { pid: this.pid, startTime }
  }

  /** Lets requests finish. */
  async stop(): Promise<void> {
    await this.#running.stop({ graceMs: STOP_GRACE_MS })
  }

  /** Ends a process that is of no use any more, without ceremony. */
  async kill(): Promise<void> {
    await this.#running.stop({ signal: 'SIGKILL' })
    if (!this.#spare) return
    await rm(this.#spare.socket, { force: true })
    await rm(this.#spare.log, { force: true })
  }

  async #untilWarm(socket: string): Promise<void> {
    const limit = performance.now() + BOOT_LIMIT_MS
    const look = async (): Promise<void> => {
      while (!(await isSocketServed(socket))) {
        if (performance.now() > limit) throw errors.stackFailed(`was not up after ${BOOT_LIMIT_MS / 1000} s`)
        await delay(10)
      }
    }
    try {
      await this.#orEnds(look())
    } catch (error) {
      // Its log stays: it says why.
      await this.#running.stop({ signal: 'SIGKILL' })
      throw error
    }
  }

  /** A process that ends does not keep us waiting. */
  #orEnds<T>(work: Promise<T>): Promise<T> {
    const ended = this.#running.exited.then(() => {
      throw errors.stackFailed('ended while it was starting; its log says why')
    })
    return Promise.race([work, ended])
  }
}

/** What the stack behind an admin socket says of itself; `undefined` when it does not answer. */
export const findStackHealth = (
  socket: string,
): Promise<{ specVersion: number; ready: boolean } | undefined> =>
  call(socket, async (client) => {
    const { body } = await client.request('GET', '/health', undefined, { timeoutMs: HEALTH_LIMIT_MS })
    const health = Health.parse(body)
    return { specVersion: health.specVersion ?? 0, ready: health.ready }
  }).catch(() => undefined)
