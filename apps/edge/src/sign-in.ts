// What a server says until a session is ready: whether it took the password, and the key that a CancelRequest will
// name, which names no project.

import type { Readable } from 'node:stream'

export type SignIn = {
  /** The password was wrong, or there is no such role. */
  readonly onWrong: () => void
  readonly onRight: () => void
  /** Hex of process id and secret. */
  readonly onKey: (key: string) => void
}

const messages = { authentication: 0x52, error: 0x45, key: 0x4b, ready: 0x5a }
/** More than all a server says before its first ReadyForQuery. */
const mostBytes = 64 * 1024

/** Looks at what a server says until the session has its key, is ready without, or is refused. */
export const watchSignIn = (server: Readable, signIn: SignIn): void => {
  let rest = Buffer.alloc(0)
  let seen = 0
  let isIn = false

  /** Whether this is the last one to look at. */
  const take = (kind: number | undefined, body: Buffer): boolean => {
    if (kind === messages.key) signIn.onKey(body.toString('hex'))
    if (kind === messages.error && !isIn && isWrongPassword(body)) signIn.onWrong()
    if (kind === messages.authentication && body.length === 4 && body.readUInt32BE(0) === 0) {
      isIn = true
      signIn.onRight()
    }
    return kind === messages.key || kind === messages.error || kind === messages.ready
  }

  const takeAll = (): boolean => {
    while (rest.length >= 5) {
      const end = 1 + rest.readUInt32BE(1)
      if (rest.length < end) return false
      if (take(rest[0], rest.subarray(5, end))) return true
      rest = rest.subarray(end)
    }
    return false
  }

  const look = (piece: Buffer) => {
    rest = Buffer.concat([rest, piece])
    seen += piece.length
    if (takeAll() || seen >= mostBytes) server.off('data', look)
  }
  server.on('data', look)
}

/** PgBouncer gives no code of its own (08P01): its words tell. */
const wordsOfPooler = /^(?:SASL|password) authentication failed|^no such user/

const isWrongPassword = (body: Buffer): boolean => {
  const fields = body.toString('latin1').split('\0')
  const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1) ?? ''
  const code = field('C')
  return code === '28P01' || code === '28000' || (code === '08P01' && wordsOfPooler.test(field('M')))
}
