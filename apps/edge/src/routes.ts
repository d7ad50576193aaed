// Which branches there are and where they answer: follows the supervisor, keeps a copy on disk, and goes
// on with what it knows while the supervisor is away.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Observe, Route, RouteLine } from '@plinth/contracts'
import type { UnixClient } from '@plinth/http'
import { z } from 'zod'

export type Routes = {
  readonly find: (ref: string) => Route | undefined
  /** By a name beside `{ref}.{domain}`, whole and in lower case. */
  readonly findByHost: (host: string) => Route | undefined
  readonly list: () => readonly Route[]
  /** Called now and after every change. */
  readonly follow: (listener: () => void) => void
  readonly close: () => Promise<void>
}

export type RoutesOptions = {
  readonly supervisor: Pick<UnixClient, 'follow'>
  readonly cacheFile: string
  readonly observe: Observe
}

/** Changes that come together are written together. */
const saveAfterMs = 100
/** How long a first start waits to hear of any branch; until then every host would seem unknown. */
const firstWaitMs = 2000

/** Begins with the copy on disk, or without one waits a moment for the supervisor. */
export const openRoutes = async (options: RoutesOptions): Promise<Routes> => {
  const known = await loadCache(options)
  const table = new RouteTable(options, known)
  table.start()
  if (known.size === 0) await Promise.race([table.told, sleep(firstWaitMs, undefined, { ref: false })])
  return {
    find: (ref) => table.routes.get(ref),
    findByHost: (host) => table.findByHost(host),
    list: () => [...table.routes.values()],
    follow: (listener) => table.follow(listener),
    close: () => table.close(),
  }
}

const loadCache = async ({ cacheFile, observe }: RoutesOptions): Promise<Map<string, Route>> => {
  try {
    const routes = z.array(Route).parse(JSON.parse(await readFile(cacheFile, 'utf8')))
    return new Map(routes.map((route) => [route.ref, route]))
  } catch (error) {
    const isFirstStart = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isFirstStart) observe({ level: 'warn', event: 'routes.cache_unreadable', error })
    return new Map()
  }
}

class RouteTable {
  routes: Map<string, Route>
  readonly #options: RoutesOptions
  readonly #listeners: (() => void)[] = []
  readonly #closing = new AbortController()
  /** Routes of a new connection until it has told all of them. */
  #incoming: Map<string, Route> | undefined
  #following: Promise<void> = Promise.resolve()
  #saving: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isConnected = true
  /** Made anew after each change, when somebody asks. */
  #byHost: ReadonlyMap<string, Route> | undefined
  /** Resolves when the supervisor has told all branches for the first time. */
  readonly told: Promise<void>
  #onTold: () => void = () => undefined

  constructor(options: RoutesOptions, routes: Map<string, Route>) {
    this.#options = options
    this.routes = routes
    this.told = new Promise((resolve) => {
      this.#onTold = resolve
    })
  }

  start(): void {
    this.#following = this.#options.supervisor.follow('/routes', {
      signal: this.#closing.signal,
      onConnect: () => {
        this.#isConnected = true
        this.#incoming = new Map()
      },
      onLine: (line) => this.#take(RouteLine.parse(line)),
      onLost: (error) => this.#lost(error),
    })
  }

  /** Told once, however many attempts it takes to come back. */
  #lost(error: unknown): void {
    if (this.#isConnected) this.#options.observe({ level: 'warn', event: 'routes.connection_lost', error })
    this.#isConnected = false
  }

  findByHost(host: string): Route | undefined {
    this.#byHost ??= new Map(
      [...this.routes.values()].flatMap((route) => (route.hosts ?? []).map((name) => [name, route] as const)),
    )
    return this.#byHost.get(host)
  }

  follow(listener: () => void): void {
    this.#listeners.push(listener)
    listener()
  }

  #take(line: RouteLine): void {
    if ('ready' in line) {
      this.routes = this.#incoming ?? this.routes
      this.#incoming = undefined
      this.#onTold()
    } else {
      const routes = this.#incoming ?? this.routes
      if (line.status === 'gone') routes.delete(line.ref)
      else routes.set(line.ref, line)
    }
    if (this.#incoming === undefined) this.#changed()
  }

  #changed(): void {
    this.#byHost = undefined
    for (const listener of this.#listeners) listener()
    this.#timer ??= setTimeout(() => this.#save(), saveAfterMs)
  }

  #save(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = JSON.stringify([...this.routes.values()])
    this.#saving = this.#saving.then(() => this.#write(text))
  }

  /** Beside and renamed: a cache is whole or the one before. */
  async #write(text: string): Promise<void> {
    const { cacheFile, observe } = this.#options
    try {
      await mkdir(dirname(cacheFile), { recursive: true })
      await writeFile(`${cacheFile}.new`, text, { mode: 0o600 })
      await rename(`${cacheFile}.new`, cacheFile)
    } catch (error) {
      observe({ level: 'warn', event: 'routes.cache_unwritable', error })
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    if (this.#timer !== undefined) this.#save()
    await Promise.all([this.#following, this.#saving])
  }
}
