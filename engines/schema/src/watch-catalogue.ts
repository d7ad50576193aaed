// Keeps a catalogue up to date: reads it at start and whenever the database says so (`notify pgrst`).
// Requests never wait for a reading; they keep the catalogue they have until the next one is whole.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Observe } from '@plinth/contracts'
import { type ConnectOptions, type Listener, listen } from '@plinth/postgres'
import type { Catalogue } from './catalogue.ts'
import { readCatalogue, type Scope, type Transactions } from './read-catalogue.ts'

export type WatchOptions = {
  readonly query: Transactions
  /** Connection of the listener. */
  readonly connection: ConnectOptions
  /** What to read; a function is asked anew before each reading. */
  readonly scope: Scope | (() => Promise<Scope>)
  /** What was said on the channel, before the reading that follows it. */
  readonly onNotice?: (payload: string) => void
  /** In the moment a new catalogue becomes the current one. */
  readonly onLoad?: (catalogue: Catalogue) => void
  readonly observe: Observe
  /** First wait after a failed reading, in milliseconds; each further one is twice as long. */
  readonly retryMs?: number
  /** Asked after each reading. `null`: nobody listens; only `reload` reads anew. Default `pgrst`. */
  readonly channel?: () => string | null
}

export type CatalogueWatch = {
  /** The newest whole catalogue; `undefined` only before the first one. */
  readonly current: () => Catalogue | undefined
  /** Settles when the first catalogue has been read, or the watch was closed before. */
  readonly ready: Promise<void>
  /** Reads anew; one call during a reading queues one more. Settles when it has been read. */
  readonly reload: (scope?: Scope) => Promise<void>
  readonly close: () => Promise<void>
}

/** What to say on the channel; settings may change what is to be read. */
const reloads: ReadonlySet<string> = new Set(['', 'reload schema', 'reload config'])

const usualRetryMs = 100
const longestWaitMs = 10_000

export const watchCatalogue = (options: WatchOptions): CatalogueWatch => {
  const closing = new AbortController()
  let scope = options.scope
  let catalogue: Catalogue | undefined
  let reading: Promise<void> | undefined
  let queued: Promise<void> | undefined
  let impatience = new AbortController()
  const first = Promise.withResolvers<void>()

  const read = async (): Promise<void> => {
    const started = performance.now()
    const next = await untilRead(() => readScope(options.query, scope), options.observe, {
      retryMs: options.retryMs ?? usualRetryMs,
      closing: closing.signal,
      impatience: () => impatience.signal,
    })
    if (next === undefined) return
    catalogue = next
    options.onLoad?.(next)
    first.resolve()
    options.observe({ level: 'info', event: 'catalogue.loaded', fields: countThings(next, started) })
    await ear.move()
  }

  const start = (): Promise<void> => {
    reading = read().finally(() => {
      reading = undefined
    })
    return reading
  }

  /** A reading under way may have missed the change, so another one follows it; only one ever waits. */
  const reload = (newScope?: Scope): Promise<void> => {
    scope = newScope ?? scope
    if (closing.signal.aborted) return Promise.resolve()
    if (reading === undefined) return start()
    // After a failure it may be waiting; what was wrong may just have been mended.
    impatience.abort()
    impatience = new AbortController()
    queued ??= reading.then(() => {
      queued = undefined
      return start()
    })
    return queued
  }

  const onNotice = (channel: string, payload: string): void => {
    if (!reloads.has(payload)) return
    options.observe({ level: 'info', event: 'database.notified', fields: { channel, payload } })
    options.onNotice?.(payload)
    void reload()
  }

  const ear = openEar(options, onNotice, () => void reload())
  if (!ear.isOpen()) void start()

  return {
    current: () => catalogue,
    ready: first.promise,
    reload,
    close: async () => {
      closing.abort()
      await ear.close()
      await (queued ?? reading)
      first.resolve()
    },
  }
}

const readScope = async (query: Transactions, scope: WatchOptions['scope']): Promise<Catalogue> =>
  readCatalogue(query, typeof scope === 'function' ? await scope() : scope)

/** Listens on the channel that is told; `move` looks whether it is another one by now. */
const openEar = (
  { connection, channel: channelNow = () => 'pgrst', observe }: WatchOptions,
  onNotice: (channel: string, payload: string) => void,
  // What was said before listening began is lost, so every connection starts with a reading.
  onConnect: () => void,
) => {
  const open = (name: string | null): Listener | undefined =>
    name === null ? undefined : listen({ ...connection, channels: [name], onNotice, onConnect, observe })
  let isClosed = false
  let channel = channelNow()
  let listener = open(channel)
  return {
    isOpen: () => listener !== undefined,
    move: async () => {
      const wanted = channelNow()
      if (wanted === channel || isClosed) return
      const before = listener
      channel = wanted
      listener = open(wanted)
      await before?.close()
    },
    close: async () => {
      isClosed = true
      await listener?.close()
    },
  }
}

type Patience = {
  readonly closing: AbortSignal
  readonly impatience: () => AbortSignal
  readonly retryMs: number
}

/** Tries again with growing waits, or at once when asked anew; gives up only when closed. */
const untilRead = async (
  read: () => Promise<Catalogue>,
  observe: Observe,
  { closing, impatience, retryMs }: Patience,
): Promise<Catalogue | undefined> => {
  for (let failures = 1; !closing.aborted; failures += 1) {
    try {
      return await read()
    } catch (error) {
      if (closing.aborted) return undefined
      observe({ level: 'warn', event: 'catalogue.load_failed', fields: { failures }, error })
      const wait = Math.min(retryMs * 2 ** (failures - 1), longestWaitMs)
      const signal = AbortSignal.any([closing, impatience()])
      await sleep(wait, undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}

const countThings = ({ relations, functions }: Catalogue, started: number) => {
  const count = (things: ReadonlyMap<string, ReadonlyMap<string, unknown>>) =>
    [...things.values()].reduce((sum, names) => sum + names.size, 0)
  return {
    relations: count(relations),
    functions: count(functions),
    ms: Math.round(performance.now() - started),
  }
}
