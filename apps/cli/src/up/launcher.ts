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

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async start(name: ProgramName): Promise<void> {
    const { installation, observe } = this.#deps
    const onStart = () => writeTraces(installation.data, this.#running)
    this.#running.push(await keepRunning(this.#deps.programOf(name), { observe, onStart }))
    await onStart()
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
      await writeTraces(this.#deps.installation.data, [])
    })()
    return this.#stopping
  }
}
