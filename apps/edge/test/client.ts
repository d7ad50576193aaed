// A plain HTTP client of an edge, and a project that tells what it was asked.

import { type IncomingMessage, request as open, type RequestListener, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Edge } from '../src/edge.ts'

export type Ask = (options: RequestOptions, body?: string | Buffer) => Promise<IncomingMessage>

/** Every request on a connection of its own unless it brings an agent. */
export const makeAsk =
  (edge: Edge): Ask =>
  (options, body) =>
    new Promise((resolve, reject) => {
      const request = open({ port: edge.httpPort, agent: false, ...options }, resolve)
      request.once('error', reject)
      request.end(body)
    })

export const readJson = async (answer: IncomingMessage) => JSON.parse(await text(answer))

export const hostOf = (ref: string): string => `${ref}.plinth.test`

/** Answers with who it is and what it was asked. */
export const echo =
  (name: string): RequestListener =>
  (request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request
      response.setHeader('x-answer', 'yes')
      response.end(JSON.stringify({ name, method, url, headers, body }))
    })
  }
