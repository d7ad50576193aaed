// Asks the server to stop what one backend is doing. The answer is the end of the connection: by then
// the signal has been delivered.

import type { Attempt } from './attempts.ts'
import { openSocket } from './open-socket.ts'

export type Backend = { readonly pid: number; readonly key: Buffer }

const cancelCode = 80_877_102
const patienceMs = 10_000

/** Goes the way the connection itself went. */
export const cancelBackend = async (attempt: Attempt, { pid, key }: Backend): Promise<void> => {
  const head = Buffer.alloc(12)
  head.writeInt32BE(head.length + key.length, 0)
  head.writeInt32BE(cancelCode, 4)
  head.writeInt32BE(pid, 8)
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const socket = await openSocket(attempt, signal)
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve())
      signal.addEventListener('abort', () => socket.destroy())
      socket.write(Buffer.concat([head, key]))
      // Nothing comes, but only a socket that is read notices its end.
      socket.resume()
    })
  } catch {
    // Then nothing is cancelled.
  }
}
