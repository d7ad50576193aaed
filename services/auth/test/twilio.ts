// Twilio in miniature, over HTTP: takes messages, and makes and checks codes of its own. What it was told is kept.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Outbound } from '@plinth/http'

export type Told = { readonly host: string; readonly path: string; readonly form: Record<string, string> }

export type Twilio = {
  readonly told: Told[]
  /** The code that it made for a number. */
  readonly codeOf: (phone: string) => string
  /** Refuses everything from here on. */
  isAway: boolean
  readonly outbound: Outbound
  readonly close: () => Promise<void>
}

export const twilio = async (account: string, password: string): Promise<Twilio> => {
  const codes = new Map<string, string>()
  const told: Told[] = []
  const basic = `Basic ${Buffer.from(`${account}:${password}`).toString('base64')}`
  let made = 0
  const answer = (path: string, form: Record<string, string>): readonly [number, object] => {
    const { To: to = '', Code: code } = form
    if (path.endsWith('/Messages.json')) return [201, { sid: 'SM1', status: 'queued' }]
    if (path.endsWith('/Verifications')) {
      made += 1
      codes.set(to, String(100_000 + made))
      return [201, { sid: 'VE1', status: 'pending', valid: false }]
    }
    if (!codes.has(to)) return [404, { code: 20_404, message: 'The requested resource was not found' }]
    if (codes.get(to) !== code) return [200, { status: 'pending', valid: false }]
    codes.delete(to)
    return [200, { status: 'approved', valid: true }]
  }
  const self = { told, isAway: false, codeOf: (phone: string) => codes.get(`+${phone}`) ?? '' }
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = Object.fromEntries(new URLSearchParams(body))
    told.push({ host: String(request.headers['x-host']), path: request.url ?? '', form })
    const isKnown = request.headers.authorization === basic
    const [status, value] = self.isAway
      ? [503, {}]
      : isKnown
        ? answer(request.url ?? '', form)
        : [401, { code: 20_003, message: 'Authenticate' }]
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(self, {
    outbound: async ({ method = 'GET', url, headers = {}, body }: Parameters<Outbound>[0]) => {
      const { host, pathname } = new URL(url)
      const init = {
        method,
        headers: { ...headers, 'x-host': host },
        ...(body === undefined ? {} : { body }),
      }
      const reply = await fetch(`http://127.0.0.1:${port}${pathname}`, init)
      return { status: reply.status, text: await reply.text() }
    },
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}
