// The server for operators: is it alive, is it ready, what does it know, how is it doing.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type AdminDeps = {
  /** The API listens where it should. */
  readonly isAlive: () => boolean
  readonly isPending: () => boolean
  /** The catalogue as JSON; empty before there is one. */
  readonly schemaCache: () => string
  readonly metrics: () => string
}

type Answer = { readonly status: number; readonly body?: string; readonly type?: string }

const readiness = ({ isAlive, isPending }: AdminDeps): number => {
  if (isPending()) return 503
  return isAlive() ? 200 : 500
}

const pages: Readonly<Record<string, (deps: AdminDeps) => Answer>> = {
  '/live': ({ isAlive }) => ({ status: isAlive() ? 200 : 500 }),
  '/ready': (deps) => ({ status: readiness(deps) }),
  '/schema_cache': ({ schemaCache }) => ({ status: 200, body: schemaCache() }),
  '/metrics': ({ metrics }) => ({ status: 200, body: metrics(), type: 'text/plain; charset=utf-8' }),
}

const answer = ({ url = '/' }: IncomingMessage, response: ServerResponse, deps: AdminDeps): void => {
  const path = url.split('?', 1)[0] ?? '/'
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined
  const { status, body = '', type } = page?.(deps) ?? { status: 404 }
  response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body)
}

export const makeAdminServer = (deps: AdminDeps): Server =>
  createServer((request, response) => answer(request, response, deps))
