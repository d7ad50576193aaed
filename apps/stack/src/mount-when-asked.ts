// Services that are mounted with the first request for them. What could not be mounted is tried again by a request that
// comes later, and not by every one.

import type { Observe } from '@plinth/contracts'
import type { Handle } from '@plinth/http'

export type Mounted = { readonly handle: Handle; readonly close: () => Promise<unknown> }

export type MountedWhenAsked = {
  /** Hands the request to the services as soon as they are mounted; says so when they are not. */
  readonly handle: Handle
  /** Mounts what is not mounted; fails while the rest after a failure lasts. */
  readonly mount: () => Promise<Mounted>
  readonly close: () => Promise<void>
}

/** After the first failure; twice as long after each further one. */
const firstRestMs = 1000
const longestRestMs = 60_000

const notMounted = JSON.stringify({
  message: 'This service could not be started. Its log says why. It is tried again in a while.',
})

/** `now` gives milliseconds of a clock that nobody sets. */
export const mountWhenAsked = (
  make: () => Promise<Mounted>,
  observe: Observe,
  now: () => number = () => performance.now(),
): MountedWhenAsked => {
  let mounted: Mounted | undefined
  let mounting: Promise<Mounted> | undefined
  let restMs = firstRestMs
  let restsUntil = Number.POSITIVE_INFINITY

  const begin = async (): Promise<Mounted> => {
    restsUntil = Number.POSITIVE_INFINITY
    try {
      mounted = await make()
      return mounted
    } catch (error) {
      restsUntil = now() + restMs
      restMs = Math.min(restMs * 2, longestRestMs)
      observe({ level: 'error', event: 'services.not_mounted', error })
      throw error
    }
  }
  const mount = (): Promise<Mounted> => {
    if (mounting === undefined || now() >= restsUntil) mounting = begin()
    return mounting
  }
  const refuse: Handle = (_request, response) => {
    response.writeHead(503, {
      'content-type': 'application/json; charset=utf-8',
      'access-control-allow-origin': '*',
      'retry-after': String(Math.max(Math.ceil((restsUntil - now()) / 1000), 1)),
    })
    response.end(notMounted)
  }
  return {
    handle: (request, response) => {
      if (mounted !== undefined) mounted.handle(request, response)
      else
        void mount().then(
          ({ handle }) => handle(request, response),
          () => refuse(request, response),
        )
    },
    mount,
    close: async () => {
      await (await mounting?.catch(() => undefined))?.close()
    },
  }
}
