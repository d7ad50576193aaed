// Is the server ready? Sends a startup packet and looks at the first byte of the answer.

import { connect } from 'node:net'
import { join } from 'node:path'

export type Probe = 'ready' | 'starting' | 'absent'

const startupPacket = (() => {
  const body = Buffer.from('user\0postgres\0database\0postgres\0\0')
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 8, 0)
  head.writeInt32BE(196_608, 4)
  return Buffer.concat([head, body])
})()

const askedForPassword = 'R'.charCodeAt(0)

/** Path of the server's socket inside its folder. */
export const socketIn = (socketDir: string): string => join(socketDir, '.s.PGSQL.5432')

/** Asks once; `starting` means that a server answers but takes nobody yet. */
export const probe = (socketDir: string): Promise<Probe> =>
  new Promise((resolve) => {
    const socket = connect({ path: socketIn(socketDir) })
    const answer = (found: Probe) => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(2_000, () => answer('starting'))
    socket.once('error', () => answer('absent'))
    socket.once('close', () => answer('absent'))
    socket.once('connect', () => socket.write(startupPacket))
    socket.once('data', (bytes) => answer(bytes[0] === askedForPassword ? 'ready' : 'starting'))
  })
