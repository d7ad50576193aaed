// Other issuers whose tokens count, with their keys kept fresh: read again at times, and at once when a token comes
// with a key that nobody knows. A key that an issuer takes back is gone with the next reading.

import type { Observe, SigningKey, TrustedIssuer } from '@plinth/contracts'
import { type OtherKeys, usableKeys } from '@plinth/crypto'
import { type KeyPlace, readIssuerKeys } from './issuer-keys.ts'
import type { Outbound } from './outbound.ts'

export type TrustedIssuers = OtherKeys & {
  /** Looks for new keys, if it did not a moment ago. Never fails: what went wrong is observed. */
  readonly refresh: () => Promise<void>
  readonly close: () => void
}

type Deps = {
  readonly outbound: Outbound
  readonly observe: Observe
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

/** How soon unknown keys may make us look again; how often we look by ourselves. */
const floorMs = 10_000
const shortestMs = 60_000
const longestMs = 600_000

/** Keys of one issuer, read again from time to time until it is closed. */
class IssuerKeys {
  readonly #issuer: TrustedIssuer
  readonly #deps: Required<Deps>
  readonly #onChange: () => void
  #keys: readonly SigningKey[]
  #tried = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(issuer: TrustedIssuer, deps: Required<Deps>, onChange: () => void) {
    this.#issuer = issuer
    this.#deps = deps
    this.#onChange = onChange
    this.#keys = issuer.keys
  }

  get keys(): readonly SigningKey[] {
    return this.#keys
  }

  /** Whoever asks while one reading is under way waits for that one. */
  read(): Promise<void> {
    const { oidcIssuerUrl, jwksUrl } = this.#issuer
    // Keys that were given by hand are all there ever is.
    if (this.#isClosed || (oidcIssuerUrl ?? jwksUrl) === undefined) return Promise.resolve()
    this.#running ??= this.#readNow({ oidcIssuerUrl, jwksUrl }).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** The same, unless it was tried a moment ago. */
  readSoon(): Promise<void> {
    const isEarly = this.#deps.clock() < this.#tried + floorMs
    return this.#running === undefined && isEarly ? Promise.resolve() : this.read()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #readNow(place: KeyPlace): Promise<void> {
    const { outbound, observe, clock } = this.#deps
    this.#tried = clock()
    try {
      const { set, freshMs = longestMs } = await readIssuerKeys(outbound, place)
      const usable = usableKeys(set)
      // An issuer without keys is one in trouble, not one without tokens.
      if (usable.length === 0) throw new Error('The key set holds no key that can be used.')
      const isNew = JSON.stringify(usable) !== JSON.stringify(this.#keys)
      this.#keys = usable
      if (isNew) this.#onChange()
      this.#plan(freshMs)
    } catch (error) {
      observe({ level: 'warn', event: 'issuer.keys_not_read', fields: { issuer: this.#issuer.id }, error })
      this.#plan(shortestMs)
    }
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.read(), Math.min(Math.max(ms, shortestMs), longestMs)).unref()
  }
}

/** Reads from time to time until it is closed. */
export const trustIssuers = (issuers: readonly TrustedIssuer[], deps: Deps): TrustedIssuers => {
  let version = 0
  let byKid = new Map<string, SigningKey>()
  const index = (): void => {
    version += 1
    // The first to have a name keeps it.
    const all = readers.flatMap(({ keys }) => keys).reverse()
    byKid = new Map(all.map((key) => [key.id, key]))
  }
  const readers = issuers.map((issuer) => new IssuerKeys(issuer, { clock: Date.now, ...deps }, index))
  index()
  // What the spec says may be old: the project may have slept for long.
  for (const reader of readers) void reader.read()
  return {
    find: (kid) => byKid.get(kid),
    version: () => version,
    refresh: async () => {
      await Promise.all(readers.map((reader) => reader.readSoon()))
    },
    close: () => {
      for (const reader of readers) reader.close()
    },
  }
}
