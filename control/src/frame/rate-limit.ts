// Requests of one caller in one place in the current minute. Kept in memory: a restart forgives.

/** What the three `X-RateLimit-…` headers say. */
export type Rate = {
  readonly limit: number
  readonly remaining: number
  /** Seconds until the window ends. */
  readonly reset: number
  readonly isExceeded: boolean
}

export type RateLimit = { readonly take: (key: string, limit: number) => Rate }

const windowMs = 60_000

export const makeRateLimit = (now: () => number = Date.now): RateLimit => {
  let window = 0
  let counts = new Map<string, number>()
  return {
    take: (key, limit) => {
      const current = Math.floor(now() / windowMs)
      if (current !== window) {
        window = current
        counts = new Map()
      }
      const used = (counts.get(key) ?? 0) + 1
      counts.set(key, used)
      return {
        limit,
        remaining: Math.max(0, limit - used),
        reset: Math.ceil(((current + 1) * windowMs - now()) / 1000),
        isExceeded: used > limit,
      }
    },
  }
}
