// What stands in front of a branch's stack values: one HTTP server that hands each request to the value
// of the moment. Exchanging the value drops nothing: requests under way stay with the one that began them.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  closeRawServer,
  type DirectHandle,
  type Exchange,
  type Handle,
  maxHeaderBytes,
  readPlain,
} from '@plinth/http'

/** As much of a stack as its front must know. */
export type Served = {
  readonly handle: Handle
  /** Who takes an address on the hot line: plain requests for it never meet node's own parser. */
  readonly findDirect: (url: string) => DirectHandle | undefined
  readonly close: () => Promise<void>
}

export type Front = {
  readonly server: Server
  /** Sends new requests to `next`; resolves when the value before it has finished its own and is closed. */
  readonly exchange: (next: Served) => Promise<void>
  /** Stops accepting, lets requests finish, cuts what is left after `deadlineMs`, closes the value. */
  readonly stop: (deadlineMs: number) => Promise<void>
}

type Seat = {
  readonly served: Served
  inFlight: number
  /** Called when nothing is in flight, once somebody waits for that. */
  onIdle: (() => void) | undefined
  /** One for all requests: each is over once. */
  readonly onClose: () => void
}

const makeSeat = (served: Served): Seat => {
  const seat: Seat = {
    served,
    inFlight: 0,
    onIdle: undefined,
    onClose: () => {
      seat.inFlight -= 1
      if (seat.inFlight === 0) seat.onIdle?.()
    },
  }
  return seat
}

const keepAliveMs = 75_000

const sendNotReady = (response: ServerResponse): void => {
  response.writeHead(503, {
    'content-type': 'application/json; charset=utf-8',
    'access-control-allow-origin': '*',
    'retry-after': '1',
  })
  response.end(JSON.stringify({ message: 'The project is starting. Try again in a moment.' }))
}

const pass = (seat: Seat, request: IncomingMessage, response: ServerResponse): void => {
  seat.inFlight += 1
  response.on('close', seat.onClose)
  seat.served.handle(request, response)
}

const passDirect = (seat: Seat | undefined, exchange: Exchange): boolean => {
  const handle = seat?.served.findDirect(exchange.url)
  if (seat === undefined || handle === undefined) return false
  seat.inFlight += 1
  exchange.onOver = seat.onClose
  handle(exchange)
  return true
}

const untilIdle = (seat: Seat): Promise<void> =>
  seat.inFlight === 0
    ? Promise.resolve()
    : new Promise((resolve) => {
        seat.onIdle = resolve
      })

/** Requests that come before the first value wait for it, at most `patienceMs`. */
export const makeFront = (patienceMs = 30_000): Front => {
  let seat: Seat | undefined
  let isStopping = false
  const first = Promise.withResolvers<void>()

  const waitForFirst = (request: IncomingMessage, response: ServerResponse): void => {
    // The connection of a plain request is node's now; the next one shall not be.
    response.setHeader('connection', 'close')
    const giveUp = setTimeout(() => sendNotReady(response), patienceMs)
    response.once('close', () => clearTimeout(giveUp))
    void first.promise.then(() => {
      clearTimeout(giveUp)
      if (seat !== undefined && !response.writableEnded && !response.destroyed) pass(seat, request, response)
    })
  }

  const server = createServer({
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: keepAliveMs,
    requestTimeout: 0,
  })
  const plain = readPlain(server, (exchange) => passDirect(seat, exchange))
  server.on('request', (request, response) => {
    if (isStopping) response.setHeader('connection', 'close')
    if (seat === undefined) waitForFirst(request, response)
    else pass(seat, request, response)
  })

  return {
    server,
    exchange: async (next) => {
      const before = seat
      seat = makeSeat(next)
      first.resolve()
      if (before === undefined) return
      await untilIdle(before)
      await before.served.close()
    },
    stop: async (deadlineMs) => {
      isStopping = true
      plain.end()
      const cut = setTimeout(plain.cut, deadlineMs)
      await closeRawServer(server, deadlineMs)
      clearTimeout(cut)
      await seat?.served.close()
    },
  }
}
