// The supervisor process: keeps the Postgres servers and stacks of this host as their specs say.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrations as auth } from '@plinth/auth/migrations'
import { loadConfig } from '@plinth/config'
import { isPlinthError } from '@plinth/errors'
import { makeObserve } from '@plinth/observe'
import { giveBackAtRest } from '@plinth/process'
import { migrations as realtime } from '@plinth/realtime/migrations'
import { migrations as storage } from '@plinth/storage/migrations'
import { SupervisorConfig } from './config.ts'
import { startSupervisor } from './supervisor.ts'

const here = import.meta.dirname
/** Bundled programs lie side by side; in development each is a workspace of its own. */
const bundledStack = join(here, 'stack.mjs')
const isBundled = existsSync(bundledStack)
const checkout = isBundled ? join(here, '..') : join(here, '../../..')
// With hundreds of requests at once a smaller young generation copies all of them again and again. A process at rest
// gives it back, so it costs nothing there.
const stackArgs = isBundled
  ? ['--max-semi-space-size=16', '--no-flush-bytecode', bundledStack]
  : ['--conditions=source', join(checkout, 'apps/stack/src/main.ts')]

const explain = (error: unknown): string => {
  if (isPlinthError(error)) return [error.message, error.hint].filter(Boolean).join('\n')
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  const config = loadConfig(SupervisorConfig, process.env)
  const observe = makeObserve({ sink: 'stdout', process: 'supervisor' })
  const started = startSupervisor({
    config,
    observe,
    runtimeFolder: join(checkout, '.runtime'),
    stackEntry: {
      command: process.execPath,
      args: stackArgs,
      // Fewer places to keep freed memory in: 5 MiB of each process.
      env: { PLINTH_PRIVATE_NETWORK: config.PLINTH_PRIVATE_NETWORK, MALLOC_ARENA_MAX: '2' },
    },
    histories: [
      { owner: 'auth', role: 'supabase_auth_admin', migrations: auth },
      { owner: 'storage', role: 'supabase_storage_admin', migrations: storage },
      { owner: 'realtime', role: 'supabase_realtime_admin', migrations: realtime },
    ],
  })
  // Told to stop while it is still starting, it has processes already that must not be left behind.
  const stop = async (): Promise<void> => {
    try {
      await (await started).stop()
      process.exit(0)
    } catch (error) {
      observe({ level: 'error', event: 'supervisor.stop_failed', error })
      process.exit(1)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
  await started
  giveBackAtRest()
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
