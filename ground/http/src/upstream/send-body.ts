// A request's body on its way out. The framing of the connection is ours: what came in pieces goes on in pieces.

import type { IncomingMessage } from 'node:http'
import type { UpstreamConnection } from './connection.ts'

/**
 * Each piece goes on one turn of the event loop after it came: an answer sent before the body's end is then read
 * before we write into a connection that the other side has closed behind it, which would lose the answer.
 */
export const sendBody = (request: IncomingMessage, connection: UpstreamConnection): void => {
  const { socket } = connection
  const isChunked = request.headers['content-length'] === undefined
  request.on('data', (piece: Buffer) => {
    request.pause()
    setImmediate(() => {
      if (socket.destroyed || write(connection, piece, isChunked)) request.resume()
      else socket.once('drain', () => request.resume())
    })
  })
  // The client may leave after it has had its answer, of which Node tells the request nothing any more; the other
  // side would wait for the rest for ever.
  const onClientGone = () => connection.destroy()
  request.socket.once('close', onClientGone)
  // The end can be told before the last piece has gone; in the same queue it comes behind.
  request.on('end', () => {
    request.socket.off('close', onClientGone)
    setImmediate(() => {
      if (socket.destroyed) return
      if (isChunked) socket.write('0\r\n\r\n', 'latin1')
      connection.written()
    })
  })
}

/** Whether more can be taken at once. */
const write = ({ socket }: UpstreamConnection, piece: Buffer, isChunked: boolean): boolean => {
  if (!isChunked) return socket.write(piece)
  socket.cork()
  socket.write(`${piece.length.toString(16)}\r\n`, 'latin1')
  socket.write(piece)
  const takesMore = socket.write('\r\n', 'latin1')
  socket.uncork()
  return takesMore
}
