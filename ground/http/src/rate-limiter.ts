// Token buckets: each key may do `burst` things at once and `perSecond` in the long run.

export type RateLimit = { readonly burst: number; readonly perSecond: number }

export type RateLimiter = {
  /** Takes one token. 0 when there was one, else the whole seconds until there is. */
  readonly take: (key: string) => number
}

type Bucket = { tokens: number; at: number }

const maxKeys = 10_000

/** `now` gives milliseconds of a clock that may be set back: then nobody waits for what it goes through again. Memory is bounded: the keys that were quiet longest are forgotten. */
export const makeRateLimiter = (
  { burst, perSecond }: RateLimit,
  now: () => number = () => performance.now(),
): RateLimiter => {
  // In order of last use: a touched bucket moves to the end.
  const buckets = new Map<string, Bucket>()
  const refilled = (bucket: Bucket, at: number): number =>
    Math.min(burst, bucket.tokens + (Math.max(at - bucket.at, 0) / 1000) * perSecond)
  const forgetOldest = () => {
    const [oldest] = buckets.keys()
    if (oldest !== undefined) buckets.delete(oldest)
  }
  return {
    take: (key) => {
      const at = now()
      const bucket = buckets.get(key)
      const tokens = bucket === undefined ? burst : refilled(bucket, at)
      const left = tokens >= 1 ? tokens - 1 : tokens
      buckets.delete(key)
      if (buckets.size >= maxKeys) forgetOldest()
      buckets.set(key, { tokens: left, at })
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond)
    },
  }
}
