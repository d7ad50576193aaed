// Answers as bytes, whole and broken, and the same bytes read by Node's own client.

import { once } from 'node:events'
import { type IncomingMessage, request as open } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { AnswerReader } from '../../src/upstream/answer-reader.ts'

/** What a reader made of the bytes of a connection. */
export type Read = {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

/** `undefined`: it was refused or not whole. */
export const readOurs = (pieces: readonly Buffer[], method: string): Read | undefined => {
  let status = 0
  let headers: readonly string[] = []
  let body = ''
  let isWhole = false
  const reader = new AnswerReader({
    onHead: (head) => {
      status = head.status
      headers = head.headers
    },
    onBody: (bytes, start, end) => {
      body += bytes.toString('latin1', start, end)
    },
    onEnd: () => {
      isWhole = true
    },
  })
  reader.expect(method)
  try {
    for (const piece of pieces) reader.push(piece)
    if (!isWhole) reader.finish()
  } catch {
    return undefined
  }
  return isWhole ? { status, headers, body } : undefined
}

/** Sends bytes to whoever connects, then ends. */
export const startSender = async () => {
  let bytes: Buffer = Buffer.alloc(0)
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    socket.once('data', () => socket.end(bytes))
  })
  server.listen(0)
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0

  const readNodes = (given: Buffer, method: string): Promise<Read | undefined> =>
    new Promise((resolve) => {
      bytes = given
      const request = open({ port, method, agent: false })
      request.once('error', () => resolve(undefined))
      request.once('close', () => resolve(undefined))
      request.once('response', (answer: IncomingMessage) => {
        let body = ''
        answer.setEncoding('latin1').on('data', (text: string) => {
          body += text
        })
        answer.once('error', () => resolve(undefined))
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders, body }),
        )
      })
      request.end()
    })
  return {
    readNodes,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const tokenChars = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const visible = Array.from({ length: 0xff }, (_, code) => String.fromCharCode(code + 1)).filter((char) =>
  /[\x21-\x7e\x80-\xff]/.test(char),
)
const framing = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'keep-alive',
  'trailer',
])

const name = fc
  .string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 20 })
  .filter((text) => !framing.has(text.toLowerCase()))
const value = fc
  .string({ unit: fc.constantFrom(...visible, ' ', '\t'), maxLength: 40 })
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))
const headers = fc.array(fc.tuple(name, value), { maxLength: 8 })
const body = fc.string({ unit: fc.constantFrom(...visible, '\r', '\n', '\0', '0'), maxLength: 200 })

const chunked = (text: string, sizes: readonly number[]): string => {
  let out = ''
  let at = 0
  for (const size of sizes) {
    const piece = text.slice(at, at + size)
    if (piece === '') break
    out += `${piece.length.toString(16)}\r\n${piece}\r\n`
    at += size
  }
  const rest = text.slice(at)
  if (rest !== '') out += `${rest.length.toString(16).toUpperCase()}\r\n${rest}\r\n`
  return `${out}0\r\n`
}

const lines = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, text]) => `${key}: ${text}\r\n`).join('')

export type Made = { readonly text: string; readonly method: string }

/** Answers that every reader must take. */
export const wholeAnswer: fc.Arbitrary<Made> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'HEAD'),
    status: fc.constantFrom(200, 201, 204, 206, 304, 404, 500, 599),
    reason: fc.constantFrom('', ' ', ' OK', ' Not quite: ä'),
    headers,
    body,
    how: fc.constantFrom('length', 'chunked', 'close'),
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }),
    trailers: fc.array(fc.tuple(name, value), { maxLength: 2 }),
    interim: fc.boolean(),
  })
  .map((made) => {
    const isEmpty = made.method === 'HEAD' || made.status === 204 || made.status === 304
    const own =
      made.how === 'length'
        ? `Content-Length: ${made.body.length}\r\n`
        : made.how === 'chunked'
          ? 'Transfer-Encoding: chunked\r\n'
          : ''
    const framed =
      made.how === 'chunked' ? `${chunked(made.body, made.sizes)}${lines(made.trailers)}\r\n` : made.body
    const head = `HTTP/1.1 ${made.status}${made.reason}\r\n${lines(made.headers)}${own}\r\n`
    const before = made.interim ? 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n' : ''
    return { text: `${before}${head}${isEmpty ? '' : framed}`, method: made.method }
  })

/** The same with one thing changed somewhere. */
export const brokenAnswer: fc.Arbitrary<Made> = fc
  .tuple(
    wholeAnswer,
    fc.nat(),
    fc.constantFrom('', '\r', '\n', '\0', ' ', '\t', ':', ';', '0', '-', '\r\n', '\x7f', 'x', ',', '\u00e4'),
    fc.boolean(),
  )
  .map(([{ text, method }, where, what, replaces]) => {
    const at = where % (text.length + 1)
    return { text: `${text.slice(0, at)}${what}${text.slice(at + (replaces ? 1 : 0))}`, method }
  })

/** Bytes cut at the given places. */
export const cut = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  const edges = [0, ...sorted, bytes.length]
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end))
}
