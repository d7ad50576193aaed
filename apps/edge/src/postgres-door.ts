// The Postgres entrance of all projects: reads a client's first packet, wakes the project it names, and
// passes bytes from there on. Passwords go through untouched; what the server says of them is counted.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import type { Observe, Route } from '@plinth/contracts'
import { toPlinthError } from '@plinth/errors'
import { joinStreams, plainAddress } from '@plinth/http'
import type { Activity } from './activity.ts'
import type { Certificates } from './certificates.ts'
import { refOfDatabaseHost } from './find-branch.ts'
import { type FirstWords, readFirstWords } from './first-words.ts'
import { whyRefused } from './network-rules.ts'
import { watchSignIn } from './sign-in.ts'
import { fatal, findAddress, type Startup, writeStartup } from './startup-packet.ts'
import type { Wake } from './wake.ts'
import { type WrongPasswords, whyBanned } from './wrong-passwords.ts'

export type PostgresDoorOptions = {
  readonly findRoute: (ref: string) => Route | undefined
  readonly wake: Wake
  /** Whose socket in the branch's folder: 5432 is Postgres, 6432 its pooler. */
  readonly socketPort: number
  readonly certificates: Certificates
  readonly domain: string
  readonly activity: Pick<Activity, 'begin'>
  readonly passwords: WrongPasswords
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

/** A client at its server: whose it is, from where, and what the server is told first. */
type Joined = {
  readonly ref: string
  readonly address: string
  readonly path: string
  readonly packet: Buffer
}

class Door {
  readonly #options: PostgresDoorOptions
  /** Socket path behind each connection that can be cancelled. */
  readonly #keys = new Map<string, string>()
  /** Clients of each project that are in, or wait for it to wake. */
  readonly #clients = new Map<string, number>()

  constructor(options: PostgresDoorOptions) {
    this.#options = options
  }

  async receive(socket: Socket): Promise<void> {
    const { certificates, patienceMs = 15_000, observe } = this.#options
    try {
      const first = await readFirstWords(socket, certificates, patienceMs)
      if (first === undefined) socket.destroy()
      else if (first.packet.kind === 'cancel') this.#cancel(first, first.packet.key)
      else await this.#start(first, first.packet.startup)
    } catch (error) {
      observe({ level: 'error', event: 'postgres_door.failed', error })
      socket.destroy()
    }
  }

  /** Whoever knows the key may cancel; there is never an answer. */
  #cancel({ client, packet, bytes }: FirstWords, key: string): void {
    const path = this.#keys.get(key)
    if (path === undefined) {
      client.destroy()
      return
    }
    const server = connect(path, () => server.write(bytes.subarray(0, packet.size)))
    joinStreams(client, server)
  }

  async #start(first: FirstWords, startup: Startup): Promise<void> {
    const refuse = (...words: Parameters<typeof fatal>) => void first.client.end(fatal(...words))
    try {
      const address = plainAddress(first.client.remoteAddress ?? '')
      const { route, packet } = this.#admit(first, startup, address)
      first.client.once('close', this.#options.activity.begin(route.ref))
      this.#count(route, first.client)
      const { server, path } = await this.#reach(route)
      this.#join(first, server, { ref: route.ref, address, path, packet })
    } catch (error) {
      if (error instanceof Refusal) refuse(error.sqlstate, error.message, error.hint)
      else {
        const { message, hint } = toPlinthError(error)
        refuse('57P03', message, hint)
      }
    }
  }

  /** Which project, and the packet for its server; throws the reason when the client may not come in. */
  #admit(
    { client, serverName }: FirstWords,
    startup: Startup,
    address: string,
  ): { readonly route: Route; readonly packet: Buffer } {
    const { domain, findRoute } = this.#options
    if (startup.version >> 16 !== 3)
      throw new Refusal('0A000', 'Only version 3 of the Postgres protocol is spoken here.')
    const meant = findAddress(startup, serverName && refOfDatabaseHost(serverName, domain))
    if (meant === undefined)
      throw new Refusal(
        '28000',
        'The user name does not say which project to connect to.',
        `Use postgres.<project reference> as the user name, or connect with TLS to db.<project reference>.${domain}.`,
      )
    const route = findRoute(meant.ref)
    if (route === undefined)
      throw new Refusal(
        '28000',
        `There is no project ${meant.ref} here.`,
        'Check the project reference in the user name.',
      )
    // PgBouncer's own console is nobody's business.
    if (this.#options.socketPort === poolerPort && databaseOf(meant.startup) === 'pgbouncer')
      throw new Refusal('3D000', 'database "pgbouncer" does not exist')
    const visitor = { address, isEncrypted: client instanceof TLSSocket }
    const reason = whyRefused(route.network, visitor)
    if (reason !== undefined) throw new Refusal('28000', reason)
    const ban = whyBanned(route, address)
    if (ban !== undefined) throw new Refusal('28000', ban.reason, ban.hint)
    return { route, packet: writeStartup(meant.startup) }
  }

  /** The server would refuse it as well, but only after a process was made for it. */
  #count({ ref, clients }: Route, client: Socket): void {
    const present = this.#clients.get(ref) ?? 0
    const most = this.#options.socketPort === poolerPort ? clients?.pooled : clients?.direct
    if (most !== undefined && present >= most) throw new Refusal('53300', 'sorry, too many clients already')
    this.#clients.set(ref, present + 1)
    client.once('close', () => {
      const left = (this.#clients.get(ref) ?? 1) - 1
      if (left > 0) this.#clients.set(ref, left)
      else this.#clients.delete(ref)
    })
  }

  /** A connection to the project's server; when nobody is there, after waking it. */
  async #reach(route: Route): Promise<{ readonly server: Socket; readonly path: string }> {
    const socketIn = (folder: string) => join(folder, `.s.PGSQL.${this.#options.socketPort}`)
    if (route.status === 'awake') {
      const path = socketIn(route.postgresSocketDir)
      const server = await open(path).catch(() => undefined)
      if (server !== undefined) return { server, path }
    }
    const path = socketIn((await this.#options.wake(route.ref)).postgresSocketDir)
    return { server: await open(path), path }
  }

  #join({ client, packet, bytes }: FirstWords, server: Socket, how: Joined): void {
    if (client.destroyed) {
      server.destroy()
      return
    }
    const { passwords } = this.#options
    watchSignIn(server, {
      onWrong: () => passwords.wrong(how.ref, how.address),
      onRight: () => passwords.right(how.ref, how.address),
      onKey: (key) => {
        this.#keys.set(key, how.path)
        server.once('close', () => this.#keys.delete(key))
      },
    })
    server.write(how.packet)
    if (bytes.length > packet.size) server.write(bytes.subarray(packet.size))
    joinStreams(client, server)
  }
}

export const poolerPort = 6432

/** As servers read it: without a name, or with an empty one, the database is that of the user's name. */
const databaseOf = ({ parameters }: Startup): string | undefined => {
  const parameter = (wanted: string) => parameters.findLast(([name]) => name === wanted)?.[1]
  return parameter('database') || parameter('user')
}

/** Told to the client in the words of Postgres. */
class Refusal extends Error {
  readonly sqlstate: string
  readonly hint: string | undefined

  constructor(sqlstate: string, message: string, hint?: string) {
    super(message)
    this.sqlstate = sqlstate
    this.hint = hint
  }
}

const open = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
