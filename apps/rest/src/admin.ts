// The server for operators: is it alive, is it ready, what does it know, how is it doing.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type AdminDeps = {
  /** The API listens where it should. */
  readonly isAlive: () => boolean
  /** There is no newest catalogue, or no connection to the database. */
  readonly isPending: () => Promise<boolean>
  /** The catalogue as JSON; empty before there is one. */
  readonly schemaCache: () => string
  readonly metrics: () => string
}

type Answer = { readonly status: number; readonly body?: string; readonly type?: string }

const readiness = async ({ isAlive, isPending }: AdminDeps): Promise<number> => {
  if (await isPending()) return 503
  return isAlive() ? 200 : 500
}

const pages: Readonly<Record<string, (deps: AdminDeps) => Answer | Promise<Answer>>> = {
  '/live': ({ isAlive }) => ({ status: isAlive() ? 200 : 500 }),
  '/ready': async (deps) => ({ status: await readiness(deps) }),
  '/schema_cache': ({ schemaCache }) => ({ status: 200, body: schemaCache() }),
  '/metrics': ({ metrics }) => ({ status: 200, body: metrics(), type: 'text/plain; charset=utf-8' }),
}

const answer = async (
  { url = '/' }: IncomingMessage,
  response: ServerResponse,
  deps: AdminDeps,
): Promise<void> => {
  const path = url.split('?', 1)[0] ?? '/'
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined
  const { status, body = '', type } = (await page?.(deps)) ?? { status: 404 }
  response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body)
}

export const makeAdminServer = (deps: AdminDeps): Server =>
  createServer((request, response) => void answer(request, response, deps))
