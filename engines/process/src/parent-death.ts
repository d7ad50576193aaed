// The child's end of the lifeline: an attached child learns that its parent is gone, however it went.

import { fstatSync } from 'node:fs'

/** Node gives an attached child a socket as standard input; a shell gives a file, a terminal or a pipe. */
const hasLifeline = (): boolean => {
  try {
    return fstatSync(0).isSocket()
  } catch {
    return false
  }
}

/** Calls back once when the parent that started this process (attached) has died. Does nothing otherwise. */
export const onParentDeath = (callback: () => void): void => {
  if (!hasLifeline()) return
  process.stdin.once('close', callback)
  process.stdin.on('error', () => undefined)
  process.stdin.resume()
  process.stdin.unref?.()
}
