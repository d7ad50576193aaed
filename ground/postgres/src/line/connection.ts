// One connection of the line: sends turns one behind the other and gives each what the server answered
// to it. Answers come in the order of the questions; everything here leans on that.

import { connectionLost, DatabaseError } from '../database-error.ts'
import type { Attempt } from '../reach/attempts.ts'
import { type Backend, cancelBackend } from '../reach/cancel.ts'
import type { OpenedWire } from '../reach/open-wire.ts'
import { readAffected, readColumns, readError, readRow } from './decode.ts'
import { copyRefused, transactionRefused } from './refusals.ts'
import { isStale, type Prepared, StatementNames, unnamed } from './statement-names.ts'
import type { Turn } from './turn.ts'
import type { Wire } from './wire.ts'

export type ConnectionEvents = {
  /** The turn is over and tells its caller itself, unless it must be taken again. */
  readonly onAgain: (turn: Turn) => void
  /** How long the server had to do with it, its time behind others not counted. */
  readonly onDone: (turn: Turn, ms: number) => void
  /** There may be room for another turn. */
  readonly onRoom: () => void
  readonly onClose: (cause: unknown) => void
}

/** Prepared statements are kept on the server, so many of them. */
type Limits = { readonly depth: number; readonly statements: number }

const idle = 0x49
/** Nobody is sent behind what has run for longer. */
const patienceMs = 5
const cancelAgainMs = 50

export class Connection {
  readonly #wire: Wire
  readonly #backend: Backend
  readonly #attempt: Attempt
  readonly #depth: number
  readonly #isNameless: boolean
  readonly #events: ConnectionEvents
  readonly #names: StatementNames
  readonly #turns: Turn[] = []
  #isTakenAlone = false
  #isClosed = false
  #done = 0
  #cancels = 0
  /** When the server began with the first turn. */
  #began = 0
  /** Turns on their way that may take long. */
  #long = 0

  constructor(opened: Omit<OpenedWire, 'told'>, limits: Limits, events: ConnectionEvents) {
    this.#wire = opened.wire
    this.#backend = opened.backend
    this.#attempt = opened.attempt
    this.#depth = limits.depth
    this.#isNameless = limits.statements === 0
    this.#names = new StatementNames(limits.statements)
    this.#events = events
    opened.wire.handle(
      (type, bytes, start, end) => this.#receive(type, bytes, start, end),
      (cause) => this.#closed(cause),
    )
  }

  /** Turns on their way. */
  get load(): number {
    return this.#turns.length
  }

  /** Turns that are over: tells whether it was of use since the last look. */
  get done(): number {
    return this.#done
  }

  /** Takes no more turns. */
  isRetired = false

  /** Prepares everything anew. */
  forget(): void {
    this.#names.retireAll()
  }

  /** While a cancel is on its way nobody new may step into it. */
  get #isOpen(): boolean {
    return !this.#isClosed && !this.isRetired && !this.#isTakenAlone && this.#cancels === 0
  }

  /** Whether one more turn may be sent. */
  get hasRoom(): boolean {
    return this.#isOpen && this.#turns.length < this.#depth
  }

  /** Whether a turn sent now, or when there is room, would soon be taken. */
  isFlowing(now: number): boolean {
    return this.#isOpen && (this.#turns.length === 0 || (this.#long === 0 && !this.isStuck(now)))
  }

  /** Whether whoever is first has been running for so long that nobody should have to wait behind it. */
  isStuck(now: number): boolean {
    return this.#turns.length > 0 && now - this.#began >= patienceMs
  }

  send(turn: Turn, now: number): void {
    turn.reset()
    if (!turn.isQuick) this.#long += 1
    if (this.#turns.length === 0) this.#began = now
    const { writer } = this.#wire
    // First of all: what stands before an error is always heard.
    for (const name of this.#names.evict()) writer.closeStatement(name)
    for (const statement of turn.statements) {
      const prepared = this.#prepare(turn, statement.text)
      writer.bind(prepared.name, statement.values)
      writer.execute()
    }
    if (turn.isExplicit) writer.flush()
    else writer.sync()
    this.#isTakenAlone = turn.isAlone
    this.#turns.push(turn)
    this.#wire.send()
  }

  #prepare(turn: Turn, text: string): Prepared {
    const isNameless = turn.isFresh || this.#isNameless
    const known = isNameless ? undefined : this.#names.find(text)
    const prepared = known ?? (isNameless ? unnamed(text) : this.#names.add(text))
    if (known === undefined) {
      this.#wire.writer.parse(prepared.name, text)
      this.#wire.writer.describe(prepared.name)
      turn.parsing.push(prepared)
    }
    turn.sent.push(prepared)
    return prepared
  }

  /** Turns on their way that nobody waits for any more. */
  listLeft(): readonly Turn[] {
    return this.#turns.filter((turn) => !turn.isAborted && turn.isGone?.() === true)
  }

  /** The caller of a turn has gone. What has not begun yet is cancelled when it begins. */
  abort(turn: Turn): void {
    turn.isAborted = true
    if (this.#turns[0] === turn) this.#cancel()
  }

  /** Whoever is behind the cancelled turn may be hit instead, and is then taken again. */
  #cancel(): void {
    this.#cancels += 1
    for (const turn of this.#turns) turn.isExposed = true
    const done = () => {
      this.#cancels -= 1
      setTimeout(() => this.#cancelAgain(), cancelAgainMs).unref()
      this.#events.onRoom()
    }
    void cancelBackend(this.#attempt, this.#backend).then(done)
  }

  /** A cancel that comes before the server has begun is lost. */
  #cancelAgain(): void {
    if (this.#cancels === 0 && !this.#isClosed && this.#turns[0]?.isAborted) this.#cancel()
  }

  close(): void {
    if (!this.#isClosed) this.#wire.end()
    this.#isClosed = true
  }

  #receive(type: number, bytes: Buffer, start: number, end: number): void {
    const turn = this.#turns[0]
    if (turn === undefined) {
      this.#receiveIdle(type, bytes, start)
      return
    }
    switch (type) {
      case 0x44: // DataRow
        if (turn.complete >= turn.added) turn.rows.push(readRow(bytes, start))
        break
      case 0x43: // CommandComplete
        this.#finishStatement(turn, readAffected(bytes, end))
        break
      case 0x49: // EmptyQueryResponse
        this.#finishStatement(turn, 0)
        break
      case 0x5a: // ReadyForQuery
        this.#finishTurn(turn, bytes[start] ?? 0)
        break
      case 0x31: // ParseComplete
        turn.parsed += 1
        break
      case 0x54: // RowDescription, right before the statement runs
        turn.describe(readColumns(bytes, start))
        break
      case 0x45: // ErrorResponse
        this.#failTurn(turn, readError(bytes, start))
        break
      case 0x47: // CopyInResponse: the server waits for data that will never come
        turn.error = copyRefused()
        this.#wire.destroy(turn.error)
        break
    }
  }

  /** Nothing but news and goodbyes may come while nobody waits. */
  #receiveIdle(type: number, bytes: Buffer, start: number): void {
    if (type === 0x45) this.#wire.destroy(readError(bytes, start))
    else if (type === 0x5a || type === 0x44)
      this.#wire.destroy(new Error('The server answered a question that nobody had asked.'))
  }

  #finishStatement(turn: Turn, affected: number): void {
    const prepared = turn.sent[turn.complete]
    // What completes after the decision is `commit` or `rollback`, not one of the statements.
    if (prepared === undefined || turn.isDecided) return
    if (turn.complete >= turn.added) {
      turn.results.push({ columns: prepared.columns, rows: turn.rows, affected })
      turn.rows = []
    }
    turn.complete += 1
    if (turn.isExplicit && turn.complete === turn.sent.length) this.#endTransaction(turn)
  }

  #endTransaction(turn: Turn): void {
    turn.isDecided = true
    let word: 'commit' | 'rollback' = 'commit'
    try {
      if (turn.isAborted) word = 'rollback'
      else if (turn.decide !== undefined) word = turn.decide(turn.results)
    } catch (error) {
      turn.error = error
      word = 'rollback'
    }
    this.#wire.writer.query(word)
    this.#wire.send()
  }

  #failTurn(turn: Turn, error: DatabaseError): void {
    // The server says goodbye: not this turn's fault.
    if (error.severity !== 'ERROR') {
      this.#wire.destroy(error)
      return
    }
    turn.error ??= error
    // Whatever stood behind the error was not heard: these names do not exist.
    for (const prepared of turn.parsing.slice(turn.parsed)) this.#names.retire(prepared)
    turn.parsed = turn.parsing.length
    if (!turn.isExplicit || turn.isDecided) return
    turn.isDecided = true
    this.#wire.writer.sync()
    this.#wire.send()
  }

  #finishTurn(turn: Turn, status: number): void {
    if (status !== idle) {
      this.#leaveTransaction(turn)
      return
    }
    this.#turns.shift()
    this.#done += 1
    if (!turn.isQuick) this.#long -= 1
    const now = performance.now()
    this.#events.onDone(turn, now - this.#began)
    this.#began = now
    this.#isTakenAlone = false
    if (this.#turns[0]?.isAborted) this.#cancel()
    if (this.#isToBeTakenAgain(turn)) this.#events.onAgain(turn)
    else if (turn.error !== undefined) turn.reject(turn.error)
    else turn.resolve(turn.results)
    this.#events.onRoom()
  }

  /** A turn must not hand an open transaction to the next one. */
  #leaveTransaction(turn: Turn): void {
    if (turn.isExplicit) {
      this.#wire.writer.query('rollback')
      this.#wire.send()
    } else {
      turn.error ??= transactionRefused()
      this.#wire.destroy(turn.error)
    }
  }

  /** Nothing of it has happened and its caller knows nothing yet, so it may simply be done again. */
  #isToBeTakenAgain(turn: Turn): boolean {
    if (turn.isAborted || !(turn.error instanceof DatabaseError)) return false
    if (turn.isExposed && turn.error.sqlstate === '57014') return true
    if (turn.isFresh || !isStale(turn.error)) return false
    const stale = turn.sent[turn.complete]
    if (stale !== undefined) this.#names.retire(stale)
    turn.isFresh = true
    return true
  }

  #closed(cause: unknown): void {
    this.#isClosed = true
    for (const turn of this.#turns.splice(0)) turn.reject(turn.error ?? connectionLost(cause))
    this.#events.onClose(cause)
  }
}
