// Requests that the branch's SQL asks for: sent by this process, where the extension pg_net is installed.

import { type Observe, SENDING_LOCK, type StackSpec } from '@plinth/contracts'
import type { Outbound } from '@plinth/http'
import { openSender } from '@plinth/net'
import { sql } from '@plinth/postgres'
import type { Database } from './database.ts'

export type Requests = {
  /** Finds out whether the extension has come or gone. */
  readonly look: () => void
  readonly close: () => Promise<void>
}

/** Reached through this branch's own port, so by whatever name it is asked for, asleep or awake. */
const ownAddress = ({ publicUrl, loopbackPort }: StackSpec) => {
  const reachedAt = `http://127.0.0.1:${loopbackPort}`
  return { reachedAt, origins: [new URL(publicUrl).origin, reachedAt, `http://localhost:${loopbackPort}`] }
}

export const openRequests = (
  spec: StackSpec,
  { reader, owner }: Database,
  { observe, outbound }: { readonly observe: Observe; readonly outbound: Outbound },
): Requests => {
  const sender = openSender({
    connection: owner,
    lock: SENDING_LOCK,
    own: ownAddress(spec),
    outbound,
    observe,
  })
  const look = async (): Promise<void> => {
    const found = await reader.query(sql`select from pg_catalog.pg_extension where extname = 'pg_net'`)
    sender.follow(found.length > 0)
  }
  return {
    look: () => void look().catch((error) => observe({ level: 'warn', event: 'net.unknown', error })),
    close: sender.close,
  }
}
