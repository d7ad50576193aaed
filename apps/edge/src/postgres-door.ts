// The Postgres entrance of all projects: reads a client's first packet, wakes the project it names, and
// passes bytes from there on. Passwords are the project's own business and go through untouched.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Observe, Route } from '@plinth/contracts'
import { toPlinthError } from '@plinth/errors'
import { joinStreams } from '@plinth/http'
import type { Activity } from './activity.ts'
import { watchForKey } from './cancel-keys.ts'
import { fatal, findAddress, readFirstPacket, type Startup, writeStartup } from './startup-packet.ts'
import type { Wake } from './wake.ts'

export type PostgresDoorOptions = {
  readonly findRoute: (ref: string) => Route | undefined
  readonly wake: Wake
  readonly activity: Pick<Activity, 'begin'>
  readonly observe: Observe
  /** Longest time a client may take to say what it wants. */
  readonly patienceMs?: number
}

export type PostgresDoor = {
  readonly server: Server
  /** Stops accepting and gives sessions until the deadline. */
  readonly close: (deadlineMs: number) => Promise<void>
}

export const makePostgresDoor = (options: PostgresDoorOptions): PostgresDoor => {
  const door = new Door(options)
  const clients = new Set<Socket>()
  const server = createServer({ noDelay: true, keepAlive: true }, (client) => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    client.on('error', () => undefined)
    void door.receive(client)
  })
  const close = async (deadlineMs: number) => {
    const cut = setTimeout(() => {
      for (const client of clients) client.destroy()
    }, deadlineMs)
    await new Promise((resolve) => server.close(resolve))
    clearTimeout(cut)
  }
  return { server, close }
}

/** A client that has said what it wants, and whatever else it sent behind. */
type Asked = { readonly client: Socket; readonly rest: Buffer }

class Door {
  readonly #options: PostgresDoorOptions
  /** Socket path behind each connection that can be cancelled. */
  readonly #keys = new Map<string, string>()

  constructor(options: PostgresDoorOptions) {
    this.#options = options
  }

  async receive(client: Socket): Promise<void> {
    try {
      const first = await readRequest(client, this.#options.patienceMs ?? 15_000)
      if (first === undefined) client.destroy()
      else if (first.packet.kind === 'cancel') this.#cancel(client, first)
      else await this.#start({ client, rest: first.bytes.subarray(first.packet.size) }, first.packet.startup)
    } catch (error) {
      this.#options.observe({ level: 'error', event: 'postgres_door.failed', error })
      client.destroy()
    }
  }

  /** Whoever knows the key may cancel; there is never an answer. */
  #cancel(client: Socket, { packet, bytes }: First): void {
    const path = packet.kind === 'cancel' ? this.#keys.get(packet.key) : undefined
    if (path === undefined) {
      client.destroy()
      return
    }
    const server = connect(path, () => server.write(bytes.subarray(0, packet.size)))
    joinStreams(client, server)
  }

  async #start(asked: Asked, startup: Startup): Promise<void> {
    const refuse = (...words: Parameters<typeof fatal>) => void asked.client.end(fatal(...words))
    if (startup.version >> 16 !== 3)
      return refuse('0A000', 'Only version 3 of the Postgres protocol is spoken here.')
    const address = findAddress(startup)
    if (address === undefined)
      return refuse(
        '28000',
        'The user name does not say which project to connect to.',
        'Use postgres.<project reference> as the user name, or add options=reference=<project reference>.',
      )
    const route = this.#options.findRoute(address.ref)
    if (route === undefined)
      return refuse(
        '28000',
        `There is no project ${address.ref} here.`,
        'Check the project reference in the user name.',
      )
    asked.client.once('close', this.#options.activity.begin(route.ref))
    try {
      const { server, path } = await this.#reach(route)
      this.#join(asked, server, { path, packet: writeStartup(address.startup) })
    } catch (error) {
      const { message, hint } = toPlinthError(error)
      refuse('57P03', message, hint)
    }
  }

  /** A connection to the project's server; when nobody is there, after waking it. */
  async #reach(route: Route): Promise<{ readonly server: Socket; readonly path: string }> {
    if (route.status === 'awake') {
      const path = socketIn(route.postgresSocketDir)
      const server = await open(path).catch(() => undefined)
      if (server !== undefined) return { server, path }
    }
    const path = socketIn((await this.#options.wake(route.ref)).postgresSocketDir)
    return { server: await open(path), path }
  }

  #join(
    { client, rest }: Asked,
    server: Socket,
    how: { readonly path: string; readonly packet: Buffer },
  ): void {
    if (client.destroyed) {
      server.destroy()
      return
    }
    watchForKey(server, (key) => {
      this.#keys.set(key, how.path)
      server.once('close', () => this.#keys.delete(key))
    })
    server.write(how.packet)
    if (rest.length > 0) server.write(rest)
    joinStreams(client, server)
  }
}

type First = {
  readonly packet: Extract<ReturnType<typeof readFirstPacket>, { kind: 'cancel' | 'startup' }>
  readonly bytes: Buffer
}

/** Requests for encryption a client may make before it must come to the point: TLS and GSS. */
const mostEncryptionRequests = 2

/** The first packet that asks for something; undefined when the client goes, dawdles or talks nonsense. */
const readRequest = (client: Socket, patienceMs: number): Promise<First | undefined> =>
  new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0)
    let encryptionRequests = 0
    const finish = (first?: First) => {
      clearTimeout(timer)
      client.off('data', read).off('close', gone).pause()
      resolve(first)
    }
    const gone = () => finish()
    const timer = setTimeout(gone, patienceMs)
    const read = (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      let packet = readFirstPacket(bytes)
      while (packet.kind === 'encryption' && ++encryptionRequests <= mostEncryptionRequests) {
        // Not here: the client goes on in the clear, or leaves.
        client.write('N')
        bytes = bytes.subarray(packet.size)
        packet = readFirstPacket(bytes)
      }
      if (packet.kind === 'cancel' || packet.kind === 'startup') finish({ packet, bytes })
      else if (packet.kind !== 'incomplete') finish()
    }
    client.on('data', read).once('close', gone)
  })

const socketIn = (folder: string): string => join(folder, '.s.PGSQL.5432')

const open = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
