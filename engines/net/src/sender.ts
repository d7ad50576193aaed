// Sends what waits in the queue as soon as the database says so, many requests at once. While anything is on its way
// a lock in the database tells the supervisor that the branch is not idle.

import { setTimeout as delay } from 'node:timers/promises'
import type { Observe } from '@plinth/contracts'
import { makeOutbound, type Outbound } from '@plinth/http'
import { type ConnectOptions, type Listener, listen, openPool, type Pool } from '@plinth/postgres'
import { holdLock } from './hold-lock.ts'
import { type OwnAddress, send } from './send.ts'
import { claimRequests, type QueuedRequest } from './sql/claim-requests.ts'
import { insertResponse } from './sql/insert-response.ts'
import { removeOldResponses } from './sql/remove-old-responses.ts'

export type SenderOptions = {
  /** Logs in as a role that may read and write the tables of `net`. */
  readonly connection: ConnectOptions
  /** Number of the advisory lock that is held while requests are on their way. */
  readonly lock: number
  readonly outbound: Outbound
  readonly own: OwnAddress
  readonly observe: Observe
}

export type Sender = {
  /** Whether the extension is installed; from then on the queue is listened to, or no longer. */
  readonly follow: (isInstalled: boolean) => void
  /** Takes no more requests and waits for those on their way. */
  readonly close: () => Promise<void>
}

/** So many at once, as upstream's batches. */
const AT_ONCE = 200
/** A process that is told to end is not waited for much longer. */
const LAST_ANSWERS_MS = 5_000
const TIDY_EVERY_MS = 3_600_000

/** Our own API may stand on this machine, where no other request may go. */
const inbound = makeOutbound({ allowed: { hasHost: () => true, hasAddress: () => true } })

type Pump = {
  /** Sends what waits; called while it does, it looks once more. */
  readonly run: () => void
  /** Takes nothing new; resolves when everything on its way has been answered, or after some seconds. */
  readonly close: () => Promise<void>
}

const makePump = (options: SenderOptions, pool: Pool): Pump => {
  const { own, outbound, observe, lock } = options
  const held = holdLock(pool, lock)
  const underway = new Set<Promise<void>>()
  let pumping: Promise<void> | undefined
  let again = false
  let isClosed = false
  const report = (error: unknown) => observe({ level: 'warn', event: 'net.failed', error })

  const deliver = async (request: QueuedRequest): Promise<void> => {
    const outcome = await send(request, { outbound, inbound, own })
    await insertResponse(pool, request.id, outcome).catch(report)
  }
  const start = (request: QueuedRequest): void => {
    const work = deliver(request).finally(() => {
      underway.delete(work)
      run()
    })
    underway.add(work)
  }
  const take = async (): Promise<void> => {
    await held.take()
    const free = AT_ONCE - underway.size
    const requests = free > 0 && !isClosed ? await claimRequests(pool, free) : []
    requests.forEach(start)
    if (underway.size > 0) return
    await held.letGo()
    await removeOldResponses(pool)
  }
  const run = (): void => {
    again = true
    pumping ??= (async () => {
      while (again) {
        again = false
        await take().catch(report)
      }
    })().finally(() => {
      pumping = undefined
    })
  }
  return {
    run,
    close: async () => {
      isClosed = true
      const patience = new AbortController()
      const answered = async () => {
        while (pumping !== undefined || underway.size > 0) await Promise.all([pumping, ...underway])
      }
      await Promise.race([
        answered(),
        delay(LAST_ANSWERS_MS, undefined, { signal: patience.signal }).catch(() => undefined),
      ])
      patience.abort()
      await held.letGo()
    },
  }
}

/** Opens nothing before the extension is there. */
export const openSender = (options: SenderOptions): Sender => {
  const { connection, observe } = options
  const pool = openPool({
    ...connection,
    size: 2,
    applicationName: 'plinth net',
    // A request may take longer than the owner lets sessions wait.
    options: { search_path: 'pg_catalog', idle_session_timeout: '0' },
  })
  const pump = makePump(options, pool)
  let listener: Listener | undefined
  let tidying: NodeJS.Timeout | undefined
  const stopListening = async (): Promise<void> => {
    clearInterval(tidying)
    const ending = listener
    listener = undefined
    await ending?.close()
  }
  return {
    follow: (isInstalled) => {
      if (isInstalled === (listener !== undefined)) return
      if (!isInstalled) return void stopListening()
      tidying = setInterval(pump.run, TIDY_EVERY_MS).unref()
      listener = listen({
        ...connection,
        channels: ['plinth_net'],
        onNotice: pump.run,
        onConnect: pump.run,
        observe,
      })
    },
    close: async () => {
      await stopListening()
      await pump.close()
      await pool.close()
    },
  }
}
