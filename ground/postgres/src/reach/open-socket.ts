// A socket to the server, encrypted where the attempt says so, before anything of the protocol was said.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Attempt } from './attempts.ts'
import type { TlsSettings } from './tls-settings.ts'

/** Length and code of SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const yes = 0x53

/** Waits for an event of a socket that may close instead. */
const waitFor = async (socket: Socket, event: string): Promise<unknown> => {
  const settled = new AbortController()
  const { signal } = settled
  try {
    const closed = once(socket, 'close', { signal }).then(() => {
      throw new Error('The server closed the connection.')
    })
    // An array of what the event says.
    const [value] = (await Promise.race([once(socket, event, { signal }), closed])) as unknown[]
    return value
  } finally {
    settled.abort()
  }
}

/** One byte is the answer. More would be from somebody between, sent before there was encryption (CVE-2021-23222). */
const askForTls = async (socket: Socket): Promise<void> => {
  socket.write(sslRequest)
  const answer = await waitFor(socket, 'data')
  socket.pause()
  if (!Buffer.isBuffer(answer) || answer.length !== 1)
    throw new Error('The server answered more than it was asked before TLS began.')
  if (answer[0] !== yes) throw new Error('The server does not offer TLS, and sslmode asks for it.')
}

const encrypt = async (socket: Socket, { options }: TlsSettings): Promise<TLSSocket> => {
  const encrypted = connectTls({ ...options, socket })
  encrypted.on('error', () => undefined)
  await waitFor(encrypted, 'secureConnect')
  return encrypted
}

/** Rejects with what kept it from connecting, or with the signal's reason. */
export const openSocket = async ({ address, tls }: Attempt, signal: AbortSignal): Promise<Socket> => {
  const socket = connect(address)
  const giveUp = () => socket.destroy(signal.reason)
  signal.addEventListener('abort', giveUp)
  socket.on('error', () => undefined)
  try {
    signal.throwIfAborted()
    await waitFor(socket, 'connect')
    if (tls === undefined) return socket
    if (!tls.isDirect) await askForTls(socket)
    return await encrypt(socket, tls)
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
