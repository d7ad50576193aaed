// The same bytes to two servers that answer alike: one reads plain requests itself, the other has node read all of them.

import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Carrier, type Downstream, type Exchange, NodeCarrier, readPlain } from '../../src/index.ts'

export const bodyLimit = 200

/** Says what came; `/rest/…?status=204` and the like choose the answer. */
const mirror = async (carrier: Carrier): Promise<void> => {
  const send = (status: number, body: string | null) => {
    const length =
      body === null || carrier.method === 'HEAD' ? [] : ['content-length', `${Buffer.byteLength(body)}`]
    const date = carrier.url.includes('date=own') ? ['Date', 'its own'] : []
    carrier.send(
      status,
      ['content-type', 'application/json', 'x-way', 'é', ...date, ...length],
      carrier.method === 'HEAD' ? null : body,
    )
  }
  try {
    const body = await carrier.readBody(bodyLimit)
    const status = Number(/status=(\d+)/.exec(carrier.url)?.[1] ?? 200)
    const { method, url, headers } = carrier
    // As a list: the order counts.
    const said = JSON.stringify({
      method,
      url,
      headers: Object.entries(headers),
      body: body.toString('latin1'),
    })
    send(status, status === 204 ? null : said)
  } catch (error) {
    send((error as { status: number }).status, '{}')
  }
}

export type TwoServers = {
  readonly ours: string
  readonly usual: string
  /** What was read by us. */
  readonly taken: Exchange[]
  readonly downstream: Downstream
  readonly server: Server
  readonly close: () => Promise<void>
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve) => server.listen(path, resolve))

export const openTwoServers = async (folder: string): Promise<TwoServers> => {
  const servers = [0, 1].map(() =>
    createServer((request, response) => void mirror(new NodeCarrier(request, response))).on(
      'upgrade',
      (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    ),
  )
  const [server, other] = servers as [Server, Server]
  const taken: Exchange[] = []
  const downstream = readPlain(server, (exchange: Exchange) => {
    if (!exchange.url.startsWith('/rest/')) return false
    taken.push(exchange)
    void mirror(exchange)
    return true
  })
  const [ours, usual] = [join(folder, 'ours.sock'), join(folder, 'usual.sock')]
  await Promise.all([listen(server, ours), listen(other, usual)])
  const close = async () => {
    downstream.cut()
    for (const each of servers) {
      each.closeAllConnections()
      await new Promise((resolve) => each.close(resolve))
    }
  }
  return { ours, usual, taken, downstream, server, close }
}

/** Sends the pieces one after the other, then says goodbye; answers everything that came back. */
export const talk = (path: string, pieces: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(path)
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
    })
    // A server that has refused may not read to the end.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
    socket.on('connect', async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1')
        await turn()
        await turn()
      }
      socket.end()
    })
  })

/** Without what may differ: the moment, and how names are written. */
export const normal = (heard: string): string =>
  heard
    .split(/(?=HTTP\/1\.1 \d)/)
    .map((answer) => {
      const end = answer.indexOf('\r\n\r\n')
      const [status, ...lines] = answer.slice(0, end).split('\r\n')
      const headers = lines.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
      const kept = headers.map((line) => line.replace(/^date: .*GMT$/, 'date: now')).sort()
      return [status, ...kept, answer.slice(end)].join('\n')
    })
    .join('')
