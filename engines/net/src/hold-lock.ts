// An advisory lock on a connection of its own: taken with the first request, let go after the last.

import { type Pool, sql } from '@plinth/postgres'

export type HeldLock = {
  /** Resolves when it is held; calling again changes nothing. */
  readonly take: () => Promise<void>
  readonly letGo: () => Promise<void>
}

export const holdLock = (pool: Pool, lock: number): HeldLock => {
  let release: (() => void) | undefined
  let held: Promise<void> = Promise.resolve()
  return {
    take: async () => {
      if (release) return
      const taken = Promise.withResolvers<void>()
      const over = Promise.withResolvers<void>()
      release = over.resolve
      held = pool
        .session(async (session) => {
          await session.query(sql`select pg_advisory_lock_shared(${lock})`)
          taken.resolve()
          await over.promise
          await session.query(sql`select pg_advisory_unlock_shared(${lock})`)
        })
        .catch((error) => {
          release = undefined
          taken.reject(error)
        })
      await taken.promise
    },
    letGo: async () => {
      release?.()
      release = undefined
      await held
    },
  }
}
