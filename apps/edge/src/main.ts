// The edge process: the public entrance of an installation.

import { loadConfig } from '@plinth/config'
import { makeObserve } from '@plinth/observe'
import { giveBackAtRest } from '@plinth/process'
import { EdgeConfig } from './config.ts'
import { startEdge } from './edge.ts'

try {
  const config = loadConfig(EdgeConfig, process.env)
  const observe = makeObserve({ sink: 'stdout', process: 'edge' })
  const edge = await startEdge({ config, observe })
  giveBackAtRest()
  const stop = () =>
    edge.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        observe({ level: 'error', event: 'edge.stop_failed', error })
        process.exit(1)
      },
    )
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exit(1)
}
