// Two connections as one: bytes in both directions until either side has gone.

import type { Duplex } from 'node:stream'

/** What one side said last still reaches the other, which has this long to take it. */
const lingerMs = 5000

export const joinStreams = (one: Duplex, other: Duplex): void => {
  passGoodbye(one, other)
  passGoodbye(other, one)
  one.pipe(other)
  other.pipe(one)
}

const passGoodbye = (from: Duplex, to: Duplex): void => {
  // An error is followed by `close`, which is all that matters here.
  from.on('error', () => undefined)
  from.once('close', () => {
    to.end()
    setTimeout(() => to.destroy(), lingerMs).unref()
  })
}
