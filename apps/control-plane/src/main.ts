// The control plane process: Management API, and the specs that the supervisor makes true.

import { loadConfig } from '@plinth/config'
import { makeObserve } from '@plinth/observe'
import { giveBackAtRest } from '@plinth/process'
import { ControlPlaneConfig } from './config.ts'
import { startControlPlane } from './control-plane.ts'

const explain = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

const leaving = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => leaving.abort())

try {
  const config = loadConfig(ControlPlaneConfig, process.env)
  const observe = makeObserve({ sink: 'stdout', process: 'control-plane' })
  giveBackAtRest()
  const controlPlane = await startControlPlane({ config, observe, signal: leaving.signal })
  const stop = () =>
    controlPlane.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        observe({ level: 'error', event: 'control_plane.stop_failed', error })
        process.exit(1)
      },
    )
  if (leaving.signal.aborted) void stop()
  else leaving.signal.addEventListener('abort', () => void stop())
} catch (error) {
  // Told to stop before it had started: nothing is open that needs closing.
  if (leaving.signal.aborted) process.exit(0)
  console.error(explain(error))
  process.exit(1)
}
