// Counts complete HTTP/1.1 answers in the bytes of one connection. Knows as much of HTTP as our own servers
// need: a status, and a length where there is a body.

const headEnd = Buffer.from('\r\n\r\n')
const lengthHeader = /\r\ncontent-length: (\d+)/i

/** Calls `onAnswer` with each answer's status; give the returned function all bytes as they come. */
export const readAnswers = (onAnswer: (status: number) => void): ((bytes: Buffer) => void) => {
  let pending: Buffer = Buffer.alloc(0)
  let status = 0
  /** Bytes of the body that are still to come; -1 while a head is awaited. */
  let left = -1

  const readHead = (bytes: Buffer, at: number): number => {
    const end = bytes.indexOf(headEnd, at)
    if (end < 0) {
      pending = Buffer.from(bytes.subarray(at))
      return bytes.length
    }
    const head = bytes.toString('latin1', at, end)
    status = Number(head.slice(9, 12))
    const length = lengthHeader.exec(head)?.[1]
    if (length === undefined && status !== 204) throw new Error(`An answer without a length:\n${head}`)
    left = Number(length ?? 0)
    return end + headEnd.length
  }

  return (read) => {
    const bytes = pending.length === 0 ? read : Buffer.concat([pending, read])
    pending = Buffer.alloc(0)
    let at = 0
    while (at < bytes.length || left === 0) {
      if (left < 0) at = readHead(bytes, at)
      const taken = Math.min(Math.max(left, 0), bytes.length - at)
      at += taken
      if (left < 0) return
      left -= taken
      if (left > 0) return
      left = -1
      onAnswer(status)
    }
  }
}
