// The HTTP entrance. Reads the head of a request, finds who answers it, and passes bytes.

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Observe, Route } from '@plinth/contracts'
import { type PlinthError, toPlinthError } from '@plinth/errors'
import { makeUpstreams, maxHeaderBytes, pipe, pipeUpgrade, type Upgrade, type Upstreams } from '@plinth/http'
import type { Acme } from './acme/acme.ts'
import { challengePrefix } from './acme/challenges.ts'
import type { Activity } from './activity.ts'
import type { Certificates } from './certificates.ts'
import { withoutPlatformCookies } from './cookies.ts'
import { errors } from './errors.ts'
import { type Destination, nameOf } from './find-branch.ts'
import type { Wake } from './wake.ts'

export type HttpDoorOptions = {
  readonly findBranch: (host: string) => Destination
  readonly wake: Wake
  readonly activity: Pick<Activity, 'begin'>
  readonly controlSocket: string
  /** Whether and what to answer to a certificate authority that asks for this path. */
  readonly findAnswer?: Acme['findAnswer'] | undefined
  readonly observe: Observe
}

export type HttpDoor = {
  /** A server that finds the branch by each request's host name. */
  readonly makeServer: () => Server
  /** The same behind TLS, with the certificate of the host that was asked for. */
  readonly makeTlsServer: (certificates: Certificates) => Server
  /** A server whose requests all belong to one destination, whatever host they name. */
  readonly makeServerFor: (find: () => Destination) => Server
  /** Ends WebSockets, which never end by themselves; their clients connect again. */
  readonly endUpgraded: () => void
  /** Closes kept connections to the processes behind. */
  readonly close: () => void
}

export const makeHttpDoor = (options: HttpDoorOptions): HttpDoor => {
  const upstreams = makeUpstreams()
  const door = new Door(options, upstreams)
  const byHost: Find = (request) => options.findBranch(request.headers.host ?? '')
  return {
    makeServer: () => door.take(createServer(serverOptions), byHost),
    makeTlsServer: (certificates) => door.take(createTls(certificates), byHost),
    makeServerFor: (find) => door.take(createServer(serverOptions), () => find()),
    endUpgraded: () => door.endUpgraded(),
    close: () => upstreams.close(),
  }
}

/** Clients that name no host are shown what the server itself has, which is looked at before each of them. */
const createTls = (certificates: Certificates): Server => {
  let shown = certificates.find(undefined)
  const server = createTlsServer({
    ...serverOptions,
    SNICallback: (name, done) => done(null, certificates.find(name).context),
    cert: shown.cert,
    key: shown.key,
  })
  return server.prependListener('connection', () => {
    const now = certificates.find(undefined)
    if (now === shown) return
    shown = now
    server.setSecureContext({ cert: shown.cert, key: shown.key })
  })
}

const serverOptions = {
  maxHeaderSize: maxHeaderBytes,
  keepAliveTimeout: 75_000,
  // Uploads take as long as they take; heads do not (Node's default of 60 s stays).
  requestTimeout: 0,
  noDelay: true,
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
}

type Find = (request: IncomingMessage) => Destination

class Door {
  readonly #options: HttpDoorOptions
  readonly #upstreams: Upstreams
  readonly #upgraded = new Set<Duplex>()

  constructor(options: HttpDoorOptions, upstreams: Upstreams) {
    this.#options = options
    this.#upstreams = upstreams
  }

  /** Answers a server's requests. */
  take(server: Server, find: Find): Server {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const isProof = request.url?.startsWith(challengePrefix) && this.#options.findAnswer
      void (isProof ? this.#prove(request, response) : this.#answer(request, response, find(request)))
    })
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined)
      this.#upgraded.add(socket)
      socket.once('close', () => this.#upgraded.delete(socket))
      void this.#upgrade({ request, socket, head }, find(request))
    })
    return server
  }

  endUpgraded(): void {
    for (const socket of this.#upgraded) socket.destroy()
  }

  async #answer(request: IncomingMessage, response: ServerResponse, to: Destination): Promise<void> {
    if (to.kind === 'branch') response.once('close', this.#options.activity.begin(to.route.ref))
    const headers = forwardedHeaders(request, to)
    try {
      if (!request.url?.startsWith('/')) throw errors.badTarget()
      const isHot = to.kind === 'branch' && request.url.startsWith(hotLine)
      const send = (socketPath: string) =>
        pipe(request, response, { socketPath, upstreams: this.#upstreams, headers, isHot })
      await this.#deliver(to, send, () => response.destroyed)
    } catch (error) {
      this.#refuse(request, response, error)
    }
  }

  /** Nobody behind is asked, or woken: who looks for such paths is a certificate authority, or only pretends to be. */
  async #prove(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const host = nameOf(request.headers.host ?? '')
      const answer = await this.#options.findAnswer?.(host, request.url ?? '')
      if (answer === undefined) throw errors.noChallenge()
      if (!request.complete) response.shouldKeepAlive = false
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(answer)
    } catch (error) {
      this.#refuse(request, response, error)
    }
  }

  async #upgrade(upgrade: Upgrade, to: Destination): Promise<void> {
    if (to.kind === 'branch') upgrade.socket.once('close', this.#options.activity.begin(to.route.ref))
    const headers = forwardedHeaders(upgrade.request, to)
    try {
      await this.#deliver(
        to,
        (socketPath) => pipeUpgrade(upgrade, { socketPath, headers }),
        () => upgrade.socket.destroyed,
      )
    } catch (error) {
      upgrade.socket.end(renderRefusal(this.#noticed(error, upgrade.request)))
    }
  }

  /** Sends to where the destination should be; when nobody is there, wakes it and sends again. */
  async #deliver(
    to: Destination,
    send: (socketPath: string) => Promise<'answered' | 'unreached' | 'broken'>,
    hasLeft: () => boolean,
  ): Promise<void> {
    if (to.kind === 'unknown') throw errors.unknownHost(to.host)
    if (to.kind === 'platform') {
      if ((await send(this.#options.controlSocket)) !== 'answered') throw errors.platformDown()
      return
    }
    const { route } = to
    let outcome = isAwake(route) ? await send(route.httpSocket) : 'unreached'
    for (let wakes = 0; outcome === 'unreached' && wakes < mostWakes; wakes += 1) {
      const { httpSocket } = await this.#options.wake(route.ref)
      if (hasLeft()) return
      outcome = await send(httpSocket)
    }
    if (outcome === 'unreached') throw errors.notServing(route.ref)
    if (outcome === 'broken') throw errors.noAnswer()
  }

  #refuse(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    const error = this.#noticed(thrown, request)
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    // A body that was not read ends the connection.
    if (!request.complete) response.shouldKeepAlive = false
    const body = bodyOf(error)
    response.writeHead(error.status, { ...refusalHeaders, 'content-length': Buffer.byteLength(body) })
    response.end(body)
  }

  #noticed(thrown: unknown, { headers }: IncomingMessage): PlinthError {
    const error = toPlinthError(thrown)
    if (error.kind === 'bug' || error.kind === 'platform')
      this.#options.observe({
        level: error.kind === 'bug' ? 'error' : 'warn',
        event: 'request.refused',
        fields: { host: headers.host, code: error.code },
        ...(error.kind === 'bug' && { error: thrown }),
      })
    return error
  }
}

/** What a stack reads without node's parser. To be wrong about it costs time only. */
const hotLine = '/rest/v1'

/** The second is for a branch that was stopped just after the first. */
const mostWakes = 2

const isAwake = ({ status }: Route): boolean => status === 'awake'

/** What the processes behind know of the client. Whatever the client claims under these names is dropped. */
const forwardedHeaders = ({ headers, socket }: IncomingMessage, to: Destination): readonly string[] => [
  ...(headers.cookie === undefined || to.kind === 'platform'
    ? []
    : ['cookie', withoutPlatformCookies(headers.cookie)]),
  'host',
  headers.host ?? '',
  'x-forwarded-for',
  socket.remoteAddress ?? '',
  'x-forwarded-host',
  headers.host ?? '',
  'x-forwarded-proto',
  socket instanceof TLSSocket ? 'https' : 'http',
  'x-forwarded-port',
  String(socket.localPort ?? ''),
  'sb-request-id',
  randomUUID(),
]

/** Browsers must be able to read why, whatever page they are on. */
const refusalHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'access-control-allow-origin': '*',
}

const bodyOf = ({ message, code, hint }: PlinthError): string => JSON.stringify({ message, code, hint })

const renderRefusal = (error: PlinthError): string => {
  const body = bodyOf(error)
  const headers = { ...refusalHeaders, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${lines.join('')}\r\n${body}`
}
