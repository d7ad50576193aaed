// Asks the server to stop what one backend is doing. The answer is the end of the connection: by then
// the signal has been delivered.

import { connect } from 'node:net'
import type { Backend, ServerAddress } from './wire.ts'

const cancelCode = 80_877_102

export const cancelBackend = (address: ServerAddress, { pid, key }: Backend): Promise<void> =>
  new Promise((resolve) => {
    const head = Buffer.alloc(12)
    head.writeInt32BE(head.length + key.length, 0)
    head.writeInt32BE(cancelCode, 4)
    head.writeInt32BE(pid, 8)
    const socket = connect(address)
    socket.on('connect', () => socket.write(Buffer.concat([head, key])))
    // Nothing comes, but only a socket that is read notices its end.
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
  })
