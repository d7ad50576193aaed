// A supervisor as a process of its own, as tests need it to kill it: the real one, with a stand-in for the stack.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrations as auth } from '@plinth/auth/migrations'
import { loadConfig } from '@plinth/config'
import { isPlinthError } from '@plinth/errors'
import { makeObserve } from '@plinth/observe'
import { SupervisorConfig } from '../src/config.ts'
import { startSupervisor } from '../src/supervisor.ts'

/** A clock that is ahead by as many milliseconds as the file says at each moment. */
const setClockBy = (file: string): void => {
  const Real = Date
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) =>
      Reflect.construct(target, given.length === 0 ? [globalThis.Date.now()] : given),
    get: (target, name) =>
      name === 'now' ? () => Real.now() + Number(readFileSync(file, 'utf8')) : Reflect.get(target, name),
  })
}
const clock = process.env['TEST_CLOCK']
if (clock !== undefined) setClockBy(clock)

try {
  const started = startSupervisor({
    config: loadConfig(SupervisorConfig, process.env),
    observe: makeObserve({ sink: 'stdout', process: 'supervisor' }),
    runtimeFolder: join(import.meta.dirname, '../../../.runtime'),
    stackEntry: {
      command: process.execPath,
      args: ['--conditions=source', join(import.meta.dirname, 'stand-in-stack-program.ts')],
      env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' },
    },
    // A branch finds each of them waiting; more would be made for nobody.
    ready: { stacks: 1, databases: 1 },
    // An older version of the platform is one that knows fewer migrations.
    histories: [
      {
        owner: 'auth',
        role: 'supabase_auth_admin',
        migrations: auth.slice(0, Number(process.env['TEST_MIGRATIONS'] ?? auth.length)),
      },
    ],
  })
  process.once('SIGTERM', () => void started.then(({ stop }) => stop()).then(() => process.exit(0)))
  await started
} catch (error) {
  console.error(isPlinthError(error) ? error.message : error)
  process.exit(1)
}
