// Which names are waiting for a certificate, and whose turn it is: few at a time, each name once, and after a failure
// not again before long.

import { setMaxListeners } from 'node:events'
import { type Issued, type IssuedFolder, type Refusal, renewAt } from '@plinth/certificates'
import type { Observe } from '@plinth/contracts'
import type { Account } from './account.ts'
import { TooMany } from './ask-authority.ts'
import { withNameLock } from './name-lock.ts'

export type OrdersOptions = {
  readonly issued: IssuedFolder
  readonly account: Account
  /** Folder of the locks. */
  readonly locks: string
  readonly observe: Observe
  /** Told of every certificate that was found or issued. */
  readonly take: (name: string, issued: Issued) => void
}

const mostAtOnce = 2
const orderMs = 300_000
/** After the first failure; twice as long after each further one. */
const firstPauseMs = 300_000
const longestPauseMs = 86_400_000
/** Another process is ordering this name. */
const othersTurnMs = 2000
/** Longest that one name's "too many" holds up the others. */
const mostHoldMs = 3_600_000

/** What is left of the pause after a refusal; nothing of one of the future, which was before the clock was set back. */
const pauseLeft = ({ at, next }: Refusal, now: number): number =>
  Date.parse(at) > now ? 0 : Date.parse(next) - now

export class Orders {
  readonly #options: OrdersOptions
  readonly #waiting: string[] = []
  /** Waiting or at it. */
  readonly #known = new Set<string>()
  readonly #running = new Set<Promise<void>>()
  /** By a clock that nobody sets, as all pauses here. */
  readonly #notBefore = new Map<string, number>()
  readonly #closing = new AbortController()
  #heldUntil = 0

  constructor(options: OrdersOptions) {
    this.#options = options
    setMaxListeners(0, this.#closing.signal)
  }

  /** Sees to it that the name gets a certificate; cheap to say again and again. */
  need(name: string): void {
    const now = performance.now()
    if (this.#known.has(name) || (this.#notBefore.get(name) ?? 0) > now || this.#heldUntil > now) return
    if (this.#closing.signal.aborted) return
    this.#known.add(name)
    this.#waiting.push(name)
    this.#begin()
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#waiting.length = 0
    this.#closing.abort()
    await Promise.all(this.#running)
  }

  #begin(): void {
    while (this.#running.size < mostAtOnce) {
      const name = this.#waiting.shift()
      if (name === undefined) return
      const running = this.#see(name).finally(() => {
        this.#running.delete(running)
        this.#known.delete(name)
        this.#begin()
      })
      this.#running.add(running)
    }
  }

  async #see(name: string): Promise<void> {
    const { issued, locks, observe } = this.#options
    try {
      if (await this.#findReady(name)) return
      const refusal = await issued.findRefusal(name)
      const pauseMs = refusal === undefined ? 0 : pauseLeft(refusal, Date.now())
      if (pauseMs > 0) this.#notBefore.set(name, performance.now() + pauseMs)
      else if (this.#heldUntil <= performance.now()) {
        const done = await withNameLock(locks, name, () => this.#order(name, refusal?.attempts ?? 0))
        if (done === undefined) this.#notBefore.set(name, performance.now() + othersTurnMs)
      }
    } catch (error) {
      this.#notBefore.set(name, performance.now() + firstPauseMs)
      observe({ level: 'error', event: 'certificate.failed', fields: { name }, error })
    }
  }

  /** Another process may have been first, or this one before it was started again. */
  async #findReady(name: string): Promise<boolean> {
    const found = await this.#options.issued.find(name)
    if (found === undefined) return false
    this.#options.take(name, found)
    return renewAt(found).getTime() > Date.now()
  }

  async #order(name: string, attempts: number): Promise<true> {
    const { account, issued, observe, take } = this.#options
    if (await this.#findReady(name)) return true
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(orderMs)])
    try {
      const kept = await issued.keep(name, await account.order(name, signal))
      this.#notBefore.delete(name)
      take(name, kept)
      observe({
        level: 'info',
        event: 'certificate.issued',
        fields: { name, until: kept.until.toISOString() },
      })
    } catch (error) {
      if (!this.#closing.signal.aborted) await this.#refused(name, attempts + 1, error)
    }
    return true
  }

  async #refused(name: string, attempts: number, error: unknown): Promise<void> {
    const askedMs = error instanceof TooMany ? error.seconds * 1000 : 0
    const pauseMs = Math.max(Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs), askedMs)
    const [now, at] = [performance.now(), new Date()]
    if (askedMs > 0) this.#heldUntil = now + Math.min(askedMs, mostHoldMs)
    this.#notBefore.set(name, now + pauseMs)
    const next = new Date(at.getTime() + pauseMs).toISOString()
    const refusal = { reason: wordsOf(error), at: at.toISOString(), attempts, next }
    await this.#options.issued.refuse(name, refusal)
    this.#options.observe({ level: 'warn', event: 'certificate.refused', fields: { name, ...refusal } })
  }
}

const mostWords = 500

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error).slice(0, mostWords)
  if (error.name === 'TimeoutError') return 'The certificate authority did not finish the order in time.'
  return error.message.slice(0, mostWords)
}
