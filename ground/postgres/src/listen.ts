// LISTEN that stays: one connection of its own that comes back after it broke.

import type { Observe } from '@plinth/contracts'
import pg from 'pg'
import { backOff } from './back-off.ts'
import { clientConfig } from './pool.ts'
import type { ConnectOptions } from './reach/place.ts'
import { ident } from './sql.ts'

export type ListenOptions = ConnectOptions & {
  readonly applicationName?: string
  readonly channels: readonly string[]
  readonly onNotice: (channel: string, payload: string) => void
  /** After every connect, the first included: what was said in between is lost, so read anew. */
  readonly onConnect?: () => void
  readonly observe?: Observe
}

export type Listener = { readonly close: () => Promise<void> }

/** Listens until closed. Never throws: trouble is observed and tried again. */
export const listen = (options: ListenOptions): Listener => {
  const closing = new AbortController()
  const running = keepListening(options, closing.signal)
  return {
    close: async () => {
      closing.abort()
      await running
    },
  }
}

const keepListening = async (options: ListenOptions, closing: AbortSignal): Promise<void> => {
  let failures = 0
  while (!closing.aborted) {
    try {
      await listenOnce(options, closing, () => {
        failures = 0
        options.onConnect?.()
      })
    } catch (error) {
      failures += 1
      options.observe?.({ level: 'warn', event: 'database.listen_failed', fields: { failures }, error })
      await backOff(failures, closing)
    }
  }
}

/** Ends when closed, throws when the connection breaks. */
const listenOnce = async (
  options: ListenOptions,
  closing: AbortSignal,
  connected: () => void,
): Promise<void> => {
  const client = new pg.Client({
    ...clientConfig({ applicationName: 'plinth listen', ...options }),
    keepAlive: true,
  })
  const ended = new Promise<void>((resolve, reject) => {
    client.once('error', reject)
    client.once('end', () => reject(new Error('The connection was closed.')))
    closing.addEventListener('abort', () => resolve(), { once: true })
  })
  ended.catch(() => undefined)
  try {
    await Promise.race([client.connect(), ended])
    if (closing.aborted) return
    client.on('notification', ({ channel, payload }) => options.onNotice(channel, payload ?? ''))
    await client.query(options.channels.map((channel) => `LISTEN ${ident(channel).text}`).join('; '))
    options.observe?.({
      level: 'info',
      event: 'database.listening',
      fields: { host: options.socketDir, port: options.port ?? 5432, channels: options.channels.join(', ') },
    })
    connected()
    await ended
  } finally {
    await client.end().catch(() => undefined)
  }
}
