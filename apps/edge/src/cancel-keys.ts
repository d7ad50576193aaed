// A CancelRequest names no project, only the key its server gave the client. This is where such keys are
// remembered for as long as their connection lives.

import type { Readable } from 'node:stream'

const keyMessage = 0x4b
const readyMessage = 0x5a
/** More than all a server says before its first ReadyForQuery. */
const mostBytes = 64 * 1024

/** Looks at what a server says until it has given its key (hex of process id and secret) or is ready without. */
export const watchForKey = (server: Readable, onKey: (key: string) => void): void => {
  let bytes = Buffer.alloc(0)
  const look = (piece: Buffer) => {
    bytes = Buffer.concat([bytes, piece])
    const key = findKey(bytes)
    if (key === undefined && bytes.length < mostBytes) return
    server.off('data', look)
    if (key) onKey(key)
  }
  server.on('data', look)
}

/** The key; empty when there will be none; undefined when it may still come. */
const findKey = (bytes: Buffer): string | undefined => {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readUInt32BE(at + 1)
    if (bytes[at] === readyMessage) return ''
    if (end > bytes.length) return undefined
    if (bytes[at] === keyMessage) return bytes.toString('hex', at + 5, end)
    at = end
  }
  return undefined
}
