// Which methods a path would take. Asked only after no route matched, to tell 405 from 404.

import type { FastifyInstance } from 'fastify'

type KnownRoute = { readonly pattern: RegExp; readonly methods: Set<string> }

declare module 'fastify' {
  interface FastifyInstance {
    /** By the route's address as registered. */
    readonly knownRoutes: Map<string, KnownRoute>
  }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `/users/:id` and `/rest/v1/*` as regular expressions. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split(/(:\w+|\*)/)
      .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : literal(part)))
      .join('')}$`,
  )

/** Keeps a table of this server's routes as they are registered. */
export const rememberRoutes = (app: FastifyInstance): void => {
  const table = new Map<string, KnownRoute>()
  app.decorate('knownRoutes', table)
  app.addHook('onRoute', ({ url, method }) => {
    const route = table.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const one of [method].flat()) route.methods.add(one)
    table.set(url, route)
  })
}

/** Methods of all routes that match the path, sorted; none means that the path is unknown. */
export const allowedMethods = (app: FastifyInstance, path: string): readonly string[] => {
  const routes = [...app.knownRoutes.values()]
  const matching = routes.filter(({ pattern }) => pattern.test(path))
  return [...new Set(matching.flatMap(({ methods }) => [...methods]))].sort()
}
