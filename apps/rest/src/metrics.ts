// Figures in Prometheus' text form under PostgREST's names, counted from what the program notices.

import type { Observe } from '@plinth/contracts'
import type { CacheCounts } from './auth/make-caller.ts'

export type PoolCounts = {
  readonly size: number
  readonly open: number
  readonly busy: number
  readonly waiting: number
}

export type Metrics = {
  /** Notices, and tells the next one. */
  readonly observe: Observe
  /** The newest reading of the catalogue failed, or none has ended yet. */
  readonly isPending: () => boolean
  /** Settles when the first reading has ended, well or not. */
  readonly tried: Promise<void>
  readonly jwtCache: CacheCounts
  readonly render: (pool: PoolCounts) => string
}

type Sample = readonly [name: string, type: 'counter' | 'gauge', help: string, value: number, labels?: string]

const renderSample = ([name, type, help, value, labels = '']: Sample): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}${labels} ${Number.isInteger(value) ? value.toFixed(1) : value}\n`

export const makeMetrics = (next: Observe): Metrics => {
  const jwtCache: CacheCounts = { requests: 0, hits: 0, evictions: 0 }
  const loads = { SUCCESS: 0, FAIL: 0 }
  let timeouts = 0
  let querySeconds = 0
  let isPending = true
  const tried = Promise.withResolvers<void>()

  const observe: Observe = (seen) => {
    if (seen.event === 'catalogue.loaded') {
      loads.SUCCESS += 1
      querySeconds = Number(seen.fields?.['ms'] ?? 0) / 1000
      isPending = false
      tried.resolve()
    }
    if (seen.event === 'catalogue.load_failed') {
      loads.FAIL += 1
      isPending = true
      tried.resolve()
    }
    // Without a listener nothing is read, so this is a failed try too.
    if (seen.event === 'database.listen_failed') {
      isPending = true
      tried.resolve()
    }
    if (seen.event === 'request.finished' && seen.fields?.['code'] === 'PGRST003') timeouts += 1
    next(seen)
  }

  const loadLines = (): string => {
    const name = 'pgrst_schema_cache_loads_total'
    const lines = Object.entries(loads).filter(([, count]) => count > 0)
    const head = `# HELP ${name} The total number of times the schema cache was loaded\n# TYPE ${name} counter\n`
    return head + lines.map(([status, count]) => `${name}{status="${status}"} ${count.toFixed(1)}\n`).join('')
  }

  const samples = (pool: PoolCounts): readonly Sample[] => [
    ['pgrst_db_pool_timeouts_total', 'counter', 'The total number of pool connection timeouts', timeouts],
    ['pgrst_db_pool_available', 'gauge', 'Available connections in the pool', pool.open - pool.busy],
    ['pgrst_db_pool_waiting', 'gauge', 'Requests waiting to acquire a pool connection', pool.waiting],
    ['pgrst_db_pool_max', 'gauge', 'Max pool connections', pool.size],
    [
      'pgrst_schema_cache_query_time_seconds',
      'gauge',
      'The query time in seconds of the last schema cache load',
      querySeconds,
    ],
    ['pgrst_jwt_cache_requests_total', 'counter', 'The total number of JWT cache lookups', jwtCache.requests],
    ['pgrst_jwt_cache_hits_total', 'counter', 'The total number of JWT cache hits', jwtCache.hits],
    [
      'pgrst_jwt_cache_evictions_total',
      'counter',
      'The total number of JWT cache evictions',
      jwtCache.evictions,
    ],
  ]

  return {
    observe,
    isPending: () => isPending,
    tried: tried.promise,
    jwtCache,
    render: (pool) => samples(pool).map(renderSample).join('') + loadLines(),
  }
}
