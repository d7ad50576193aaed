// Starts the programs of an installation in order, and stops them in the opposite order.

import { request } from 'node:http'
import { join } from 'node:path'
import type { Observe } from '@plinth/contracts'
import { errors } from '../errors.ts'
import type { Installation } from './installation.ts'
import { type KeptProgram, keepRunning } from './keep-running.ts'
import { writeTraces } from './leftovers.ts'
import type { ProgramName, programOf } from './programs.ts'
import { waitUntil } from './wait.ts'

type Deps = {
  readonly installation: Installation
  readonly programOf: (name: ProgramName) => ReturnType<typeof programOf>
  readonly observe: Observe
}

/** Building the template of new projects is part of a first start. */
const patienceSeconds = 120
const graceMs: Readonly<Record<ProgramName, number>> = {
  edge: 10_000,
  'control-plane': 10_000,
  supervisor: 60_000,
}

const answersHealth = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: '/health', timeout: 2_000 }, (reply) => {
      reply.resume()
      resolve(reply.statusCode === 200)
    })
    asked.on('error', () => resolve(false))
    asked.on('timeout', () => asked.destroy())
    asked.end()
  })

export class Launcher {
  readonly #deps: Deps
  readonly #running: KeptProgram[] = []
  #stopping: Promise<void> | undefined
  /** One write at a time, so that the newest list is the one that stays. */
  #noted: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async start(name: ProgramName): Promise<void> {
    const { programOf, observe } = this.#deps
    this.#running.push(await keepRunning(programOf(name), { observe, onStart: () => this.#note() }))
    await this.#note()
  }

  /** Resolves when the program answers its health check on its socket. */
  async ready(name: ProgramName, socket: string): Promise<void> {
    const ask = () => answersHealth(join(this.#deps.installation.run, socket))
    if (await waitUntil(ask, patienceSeconds * 1000)) return
    throw errors.notReady(name, patienceSeconds, this.#deps.programOf(name).logFile)
  }

  /** Ends everything; asked twice, the second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      for (const program of this.#running.toReversed())
        await program.stop(graceMs[program.name as ProgramName])
      await this.#note([])
    })()
    return this.#stopping
  }

  #note(programs: readonly KeptProgram[] = this.#running): Promise<void> {
    this.#noted = this.#noted.then(() => writeTraces(this.#deps.installation.data, programs))
    return this.#noted
  }
}
