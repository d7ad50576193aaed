// Upstream's router takes most paths with a slash at their end too, and some clients send one.

import type { FastifyInstance } from 'fastify'

/** Every route that is added from here on answers at both. */
export const allowEndSlashes = (app: FastifyInstance): void => {
  app.addHook('onRoute', (route) => {
    const { routePath, method } = route
    // Of a GET the framework makes the HEAD by itself, for each of the two.
    if (method === 'HEAD' || routePath.endsWith('/') || routePath.endsWith('*')) return
    app.route({ ...route, url: `${routePath}/` })
  })
}

/** A route's path as its file writes it: without the prefix and a slash at its end. */
export const plainPath = (url: string, prefix: string): string => url.slice(prefix.length).replace(/\/$/, '')
