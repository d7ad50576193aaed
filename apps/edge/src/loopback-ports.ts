// One port on the loopback address for each project, for clients that cannot resolve its host name.

import type { Server } from 'node:http'
import type { Observe, Route } from '@plinth/contracts'
import { closeHttpServer } from '@plinth/http'

export type LoopbackPorts = {
  /** Opens and closes listeners so that they fit the routes. */
  readonly fit: (routes: readonly Route[]) => void
  readonly close: (deadlineMs: number) => Promise<void>
}

export type LoopbackPortsOptions = {
  readonly makeServer: (ref: string) => Server
  readonly observe: Observe
  /** Pause before a busy port is tried again. */
  readonly retryMs?: number
}

export const makeLoopbackPorts = ({
  makeServer,
  observe,
  retryMs = 2000,
}: LoopbackPortsOptions): LoopbackPorts => {
  const listeners = new Map<string, PortListener>()
  return {
    fit: (routes) => {
      const wanted = new Map(routes.filter(hasPort).map((route) => [route.ref as string, route.loopbackPort]))
      for (const [ref, listener] of listeners) {
        if (wanted.get(ref) === listener.port) continue
        listeners.delete(ref)
        void listener.close(0)
      }
      for (const [ref, port] of wanted) {
        if (listeners.has(ref)) continue
        listeners.set(ref, new PortListener({ ref, port, server: makeServer(ref), observe, retryMs }))
      }
    },
    close: async (deadlineMs) => {
      await Promise.all([...listeners.values()].map((listener) => listener.close(deadlineMs)))
      listeners.clear()
    },
  }
}

const hasPort = ({ status }: Route): boolean => status !== 'removing' && status !== 'gone'

type PortListenerOptions = {
  readonly ref: string
  readonly port: number
  readonly server: Server
  readonly observe: Observe
  readonly retryMs: number
}

/** Listens on its port, trying again while somebody else has it. */
class PortListener {
  readonly port: number
  readonly #server: Server
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  constructor({ ref, port, server, observe, retryMs }: PortListenerOptions) {
    this.port = port
    this.#server = server
    let failures = 0
    const listen = () => server.listen(port, '127.0.0.1')
    server.on('error', (error) => {
      failures += 1
      if (failures === 1)
        observe({ level: 'warn', event: 'loopback_port.busy', ref, fields: { port }, error })
      this.#retry = setTimeout(listen, retryMs)
    })
    // Closed while it was opening.
    server.on('listening', () => this.#isClosed && server.close())
    listen()
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    await closeHttpServer(this.#server, () => closed, deadlineMs)
  }
}
