// At `log-level=debug`: when a request asks for a connection, and when it has had one.

import type { Observe } from '@plinth/contracts'
import type { Line } from '@plinth/postgres'

export const logBorrowing = (line: Line, isOn: () => boolean, observe: Observe): Line => ({
  ...line,
  run: async (request) => {
    if (!isOn()) return line.run(request)
    observe({ level: 'debug', event: 'connection.asked' })
    const results = await line.run(request)
    observe({ level: 'debug', event: 'connection.had' })
    return results
  },
})
