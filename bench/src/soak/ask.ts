// One request of the soak, over kept-alive connections to the stack's socket.

import { Agent, request } from 'node:http'

export type Answer = { readonly status: number; readonly body: unknown }

export type Asked = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly token: string
  readonly body?: unknown
  /** Leaves after so many milliseconds. */
  readonly leavesAfter?: number
}

export type Ask = (asked: Asked) => Promise<Answer | 'left'>

const readBody = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const openAsk = (socketPath: string, apikey: string): Ask & { readonly close: () => void } => {
  const agent = new Agent({ keepAlive: true })
  const ask: Ask = ({ method, path, token, body, leavesAfter }) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        apikey,
        authorization: `Bearer ${token}`,
        ...(text === undefined
          ? undefined
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      }
      const sent = request({ socketPath, agent, method, path: `/rest/v1${path}`, headers }, (answer) => {
        let heard = ''
        answer.setEncoding('utf8').on('data', (piece: string) => {
          heard += piece
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: readBody(heard) }))
        answer.on('error', reject)
      })
      sent.on('error', (error) => (leavesAfter === undefined ? reject(error) : resolve('left')))
      sent.end(text)
      if (leavesAfter !== undefined) setTimeout(() => sent.destroy(), leavesAfter)
    })
  return Object.assign(ask, { close: () => agent.destroy() })
}
