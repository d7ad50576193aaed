// Looks now and then whether a log of this installation has grown too long for its disk.

import type { Observe } from '@plinth/contracts'
import { trimLogs } from '@plinth/process'

const MOST_BYTES = 20 * 1024 * 1024
const LOOK_EVERY_MS = 60_000

export const limitLogs = (folder: string, observe: Observe): { readonly close: () => void } => {
  const look = () =>
    trimLogs(folder, MOST_BYTES).catch((error: unknown) =>
      observe({ level: 'warn', event: 'logs.not_trimmed', error }),
    )
  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return { close: () => clearInterval(timer) }
}
