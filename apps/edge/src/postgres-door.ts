// The Postgres entrance of all projects: reads a client's first packet, wakes the project it names, and
// passes bytes from there on. Passwords go through untouched; what the server says of them is counted.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Observe, Route } from '@plinth/contracts'
import { toPlinthError } from '@plinth/errors'
import { joinStreams, plainAddress } from '@plinth/http'
import type { Activity } from './activity.ts'
import type { Certificates } from './certificates.ts'
import { refOfDatabaseHost } from './find-branch.ts'
import { type FirstWords, readFirstWords } from './first-words.ts'
import { whyRefused } from './network-rules.ts'
import { forPooler } from './pooled-startup.ts'
import { type Reached, reachServer } from './reach-server.ts'
import { type Refusal, RefusedClient, refusals } from './refusals.ts'
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

/** Whose database a client wants, and where it comes from. */
type Visitor = { readonly ref: string; readonly address: string }

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
    const refuse = (refusal: Refusal) => void first.client.end(fatal(refusal))
    try {
      const address = plainAddress(first.client.remoteAddress ?? '')
      const { route, packet } = this.#admit(first, startup, address)
      first.client.once('close', this.#options.activity.begin(route.ref))
      this.#count(route, first.client)
      const { wake, socketPort } = this.#options
      const hasLeft = () => first.client.destroyed
      const reached = await reachServer({ route, wake, socketPort, packet, hasLeft })
      if (reached !== undefined) this.#join(first, reached, { ref: route.ref, address })
    } catch (error) {
      if (error instanceof RefusedClient) refuse(error.refusal)
      else {
        const { message, hint } = toPlinthError(error)
        refuse({ sqlstate: '57P03', message, hint })
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
    if (startup.version >> 16 !== 3) throw new RefusedClient(refusals.oldProtocol())
    const meant = findAddress(startup, serverName && refOfDatabaseHost(serverName, domain))
    if (meant === undefined) throw new RefusedClient(whyNobody(startup, domain))
    const user = parameterOf(meant.startup, 'user') ?? ''
    const route = findRoute(meant.ref)
    if (route === undefined) throw new RefusedClient(refusals.unknownProject(user, meant.ref))
    const visitor = { user, address, isEncrypted: client instanceof TLSSocket }
    const reason = whyRefused(route.network, visitor) ?? whyBanned(route, address)
    if (reason !== undefined) throw new RefusedClient(reason)
    return { route, packet: writeStartup(this.#forServer(meant.startup)) }
  }

  #forServer(startup: Startup): Startup {
    if (this.#options.socketPort !== poolerPort) return startup
    // PgBouncer's own console is nobody's business.
    if (databaseOf(startup) === 'pgbouncer') throw new RefusedClient(refusals.consoleOfPooler())
    return forPooler(startup)
  }

  /** The server would refuse it as well, but only after a process was made for it. */
  #count({ ref, clients }: Route, client: Socket): void {
    const present = this.#clients.get(ref) ?? 0
    const isPooler = this.#options.socketPort === poolerPort
    const most = isPooler ? clients?.pooled : clients?.direct
    if (most !== undefined && present >= most)
      throw new RefusedClient(isPooler ? refusals.tooManyPooled(most) : refusals.tooManyDirect())
    this.#clients.set(ref, present + 1)
    client.once('close', () => {
      const left = (this.#clients.get(ref) ?? 1) - 1
      if (left > 0) this.#clients.set(ref, left)
      else this.#clients.delete(ref)
    })
  }

  #join({ client, packet, bytes }: FirstWords, { server, path }: Reached, who: Visitor): void {
    if (client.destroyed) {
      server.destroy()
      return
    }
    const { passwords } = this.#options
    watchSignIn(server, {
      onWrong: () => passwords.wrong(who.ref, who.address),
      onRight: () => passwords.right(who.ref, who.address),
      onKey: (key) => {
        this.#keys.set(key, path)
        server.once('close', () => this.#keys.delete(key))
      },
    })
    if (bytes.length > packet.size) server.write(bytes.subarray(packet.size))
    joinStreams(client, server)
  }
}

export const poolerPort = 6432

const parameterOf = ({ parameters }: Startup, wanted: string): string | undefined =>
  parameters.findLast(([name]) => name === wanted)?.[1]

/** As servers read it: without a name, or with an empty one, the database is that of the user's name. */
const databaseOf = (startup: Startup): string | undefined =>
  parameterOf(startup, 'database') || parameterOf(startup, 'user')

/** A user whose suffix is no reference means a project that cannot be. */
const whyNobody = (startup: Startup, domain: string): Refusal => {
  const user = parameterOf(startup, 'user') ?? ''
  const dot = user.lastIndexOf('.')
  return dot > 0
    ? refusals.unknownProject(user.slice(0, dot), user.slice(dot + 1))
    : refusals.noReference(domain)
}
