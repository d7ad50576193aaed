// The request line: few connections, one round trip per request. Gives every request a place on a
// connection, in order of arrival, and keeps connections open while there is something to do.

import type { Observe } from '@plinth/contracts'
import { backOff } from '../back-off.ts'
import { type OpenedWire, openWire, type WireOptions } from '../reach/open-wire.ts'
import type { ConnectOptions } from '../reach/place.ts'
import { chooseConnection } from './choose-connection.ts'
import { Connection } from './connection.ts'
import { Pace } from './pace.ts'
import { asConnectError, callerGone, isFinal, lineClosed, noPlace } from './refusals.ts'
import { Renewal, type RenewalLimits } from './renewal.ts'
import { type LineRequest, type LineResult, Turn } from './turn.ts'
import { Waiting } from './waiting.ts'

export type LineOptions = ConnectOptions & {
  /** Most connections. */
  readonly size: number
  /** Most requests on their way on one connection; more wait. */
  readonly depth?: number
  readonly applicationName?: string
  /** Settings every connection starts with. */
  readonly options?: Readonly<Record<string, string>>
  /** Longest wait for a place, in milliseconds; then the request fails with 53300, or 08001 without a database. */
  readonly waitMs?: number
  /** Prepared statements kept by one connection; with 0 none gets a name, for poolers that know no names. */
  readonly statements?: number
  /** When connections end by themselves; without it they stay. */
  readonly renewal?: RenewalLimits
  readonly observe?: Observe
}

export type LineCounts = {
  /** Connections. */
  readonly open: number
  /** Those with something on its way. */
  readonly busy: number
  /** Requests without a place. */
  readonly waiting: number
}

export type Line = {
  /** Runs the statements in one transaction; one result for each of them. Throws DatabaseError, or the signal's reason. */
  readonly run: (request: LineRequest) => Promise<readonly LineResult[]>
  readonly counts: () => LineCounts
  /** Statements are prepared anew: columns they were prepared for may have other types now. */
  readonly forget: () => void
  /** Connections end when nothing is on their way any more; requests from now on get new ones. */
  readonly renew: () => void
  /** Lets everything on its way end, then closes. */
  readonly close: () => Promise<void>
}

/** Opens the line; connections are made when they are first needed. */
export const openLine = (options: LineOptions): Line => {
  const line = new RequestLine(options)
  return {
    run: (request) => line.run(request),
    counts: () => line.counts(),
    forget: () => line.forget(),
    renew: () => line.renew(),
    close: () => line.close(),
  }
}

const nobody: ReadonlySet<Connection> = new Set()
/** How often to look for callers that have gone. */
const lookMs = 200

class RequestLine {
  readonly #options: LineOptions
  readonly #wireOptions: WireOptions
  readonly #limits: { readonly depth: number; readonly statements: number }
  readonly #waitMs: number
  readonly #connections = new Set<Connection>()
  readonly #waiting: Waiting
  readonly #pace = new Pace()
  readonly #closing = new AbortController()
  #opening = 0
  #failures = 0
  #lastFailure: unknown
  #onDrained: (() => void) | undefined
  #sweep: NodeJS.Timeout | undefined
  /** Runs while somebody asks who may leave. */
  #watch: NodeJS.Timeout | undefined

  constructor(options: LineOptions) {
    this.#options = options
    if (options.renewal !== undefined) this.#renew(new Renewal(options.renewal))
    this.#limits = { depth: options.depth ?? 16, statements: options.statements ?? 256 }
    this.#waitMs = options.waitMs ?? 10_000
    this.#waiting = new Waiting(this.#waitMs, (turn) => this.#giveUp(turn))
    this.#wireOptions = {
      ...options,
      applicationName: options.applicationName ?? 'plinth',
      parameters: options.options ?? {},
    }
  }

  run(request: LineRequest): Promise<readonly LineResult[]> {
    const { signal } = request
    if (this.#closing.signal.aborted) return Promise.reject(lineClosed())
    if (signal === undefined) return new Promise((resolve, reject) => this.#begin(request, resolve, reject))
    let onAbort: () => void = () => undefined
    return new Promise<readonly LineResult[]>((resolve, reject) => {
      signal.throwIfAborted()
      const turn = this.#begin(request, resolve, reject)
      onAbort = () => this.#abort(turn, signal.reason)
      signal.addEventListener('abort', onAbort)
    }).finally(() => signal.removeEventListener('abort', onAbort))
  }

  #renew(renewal: Renewal): void {
    const look = () => {
      for (const connection of this.#connections) {
        if (!renewal.isOver(connection, performance.now())) continue
        this.#connections.delete(connection)
        connection.close()
      }
    }
    this.#sweep = setInterval(look, renewal.everyMs).unref()
  }

  forget(): void {
    for (const connection of this.#connections) connection.forget()
  }

  renew(): void {
    for (const connection of this.#connections) {
      connection.isRetired = true
      this.#makeRoom(connection)
    }
  }

  /** There is room on this connection, or instead of it. */
  #makeRoom(connection: Connection): void {
    if (connection.isRetired && connection.load === 0 && this.#connections.delete(connection))
      connection.close()
    this.#placeWaiting()
  }

  counts(): LineCounts {
    const busy = [...this.#connections].filter((connection) => connection.load > 0).length
    return { open: this.#connections.size, busy, waiting: this.#waiting.length }
  }

  #begin(request: LineRequest, resolve: Turn['resolve'], reject: Turn['reject']): Turn {
    const turn = new Turn(request, resolve, reject)
    if (turn.isGone !== undefined) this.#watch ??= setInterval(() => this.#dropLeft(), lookMs).unref()
    turn.isQuick =
      request.mode === 'read' && !turn.isAlone && this.#pace.isQuick(turn.mainText, performance.now())
    if (this.#waiting.length > 0 || this.#place(turn) !== 'sent') this.#wait(turn, 'last')
    return turn
  }

  /**
   * Puts a turn on a connection. One that wants to be alone claims that connection instead when it is not idle:
   * nobody behind gets in there, so it soon will be.
   */
  #place(turn: Turn, claimed?: Set<Connection>): 'sent' | 'claimed' | 'full' {
    const now = performance.now()
    const canGrow = this.#connections.size < this.#options.size && this.#failures === 0
    const { connection: best, wantsAnother } = chooseConnection(this.#connections, turn, {
      now,
      claimed: claimed ?? nobody,
      canGrow,
    })
    // Quick ones share: one more for all of them is enough at a time.
    if (wantsAnother && !(turn.isQuick && this.#opening > 0)) this.#openAnother()
    if (best === undefined) return 'full'
    if (turn.isAlone && best.load > 0) {
      claimed?.add(best)
      return 'claimed'
    }
    best.send(turn, now)
    return 'sent'
  }

  #wait(turn: Turn, where: 'first' | 'last'): void {
    this.#waiting.add(turn, where)
    this.#placeWaiting()
  }

  /** Places whom it can, oldest first: nobody is overtaken on the way to the same connection. */
  #placeWaiting(): void {
    if (this.#waiting.length === 0) {
      this.#settleClose()
      return
    }
    const claimed = new Set<Connection>()
    for (let index = 0; index < this.#waiting.length; ) {
      const turn = this.#waiting.turns[index]
      if (turn === undefined) return
      const placed = this.#place(turn, claimed)
      if (placed === 'full') return
      if (placed === 'sent') this.#waiting.remove(turn)
      else index += 1
    }
    this.#settleClose()
  }

  #giveUp(turn: Turn): void {
    if (!this.#waiting.remove(turn)) return
    turn.reject(this.#failures > 0 ? asConnectError(this.#lastFailure) : noPlace(this.#waitMs))
    this.#settleClose()
  }

  #abort(turn: Turn, reason: unknown): void {
    turn.reject(reason)
    if (!this.#waiting.remove(turn)) for (const connection of this.#connections) connection.abort(turn)
    this.#settleClose()
  }

  #dropLeft(): void {
    let isBusy = this.#waiting.length > 0
    const left = this.#waiting.turns.filter((turn) => turn.isGone?.() === true)
    for (const connection of this.#connections) {
      isBusy ||= connection.load > 0
      left.push(...connection.listLeft())
    }
    for (const turn of left) this.#abort(turn, callerGone())
    if (isBusy) return
    clearInterval(this.#watch)
    this.#watch = undefined
  }

  /** While opening fails, one attempt at a time is enough. */
  #openAnother(): void {
    if (this.#connections.size + this.#opening >= this.#options.size) return
    if (this.#failures > 0 && this.#opening > 0) return
    this.#opening += 1
    void this.#open().finally(() => {
      this.#opening -= 1
      this.#placeWaiting()
    })
  }

  /** One attempt, after the pause that earlier failures ask for. */
  async #open(): Promise<void> {
    const failures = this.#failures
    try {
      if (failures > 0) await backOff(failures, this.#closing.signal)
      const opened = await openWire(this.#wireOptions)
      this.#failures = 0
      this.#add(opened)
    } catch (error) {
      this.#failures = failures + 1
      this.#lastFailure = error
      this.#observe('database.connect_failed', error)
      if (isFinal(error) || this.#closing.signal.aborted)
        for (const turn of [...this.#waiting.turns]) this.#giveUp(turn)
    }
  }

  #add(opened: OpenedWire): void {
    const connection: Connection = new Connection(opened, this.#limits, {
      onAgain: (turn) => this.#wait(turn, 'first'),
      onDone: (turn, ms) => this.#pace.note(turn.mainText, ms, performance.now()),
      onRoom: () => this.#makeRoom(connection),
      onClose: (cause) => this.#lost(connection, cause),
    })
    this.#connections.add(connection)
  }

  #lost(connection: Connection, cause: unknown): void {
    const isLost = this.#connections.delete(connection)
    if (isLost && !this.#closing.signal.aborted) this.#observe('database.connection_lost', cause)
    this.#placeWaiting()
  }

  #observe(event: string, error: unknown): void {
    const { user, database } = this.#options
    this.#options.observe?.({ level: 'warn', event, fields: { user, database }, error })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closing.abort()
      clearInterval(this.#sweep)
      clearInterval(this.#watch)
      this.#onDrained = resolve
      this.#settleClose()
    })
  }

  /** Ends a close once nothing is on its way: first the turns, then the connections. */
  #settleClose(): void {
    if (this.#onDrained === undefined || this.#waiting.length > 0 || this.#opening > 0) return
    for (const connection of this.#connections) if (connection.load === 0) connection.close()
    if (this.#connections.size === 0) this.#onDrained()
  }
}
