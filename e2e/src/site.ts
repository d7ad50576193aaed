// A small web site for browser tests, at `localhost`: pages of its own and the official clients as browsers load them.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'

export type Page = (request: IncomingMessage, reply: ServerResponse) => Promise<void> | void

export type Site = { readonly url: string; readonly close: () => Promise<void> }

/** The clients as globals of a page: `supabase.createClient`, `supabase.createBrowserClient`. */
const bundleClients = async (): Promise<string> => {
  const contents = `
    import { createClient } from '@supabase/supabase-js'
    import { createBrowserClient } from '@supabase/ssr'
    globalThis.supabase = { createClient, createBrowserClient }`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** `pages`: `GET /path` to what answers it; everything else is an empty page with the clients. */
export const openSite = async (pages: Readonly<Record<string, Page>> = {}): Promise<Site> => {
  const clients = await bundleClients()
  const server = createServer(async (request, reply) => {
    const path = (request.url ?? '/').split('?', 1)[0]
    const page = pages[`${request.method} ${path}`]
    try {
      if (page !== undefined) return await page(request, reply)
      if (path === '/clients.js') return void reply.setHeader('content-type', 'text/javascript').end(clients)
      reply
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/clients.js"></script>')
    } catch (error) {
      reply.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((done) => server.listen(0, 'localhost', done))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
