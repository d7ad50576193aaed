// `plinth up`: brings the installation up and stays until it is told to stop.

import { join } from 'node:path'
import { loadConfig } from '@plinth/config'
import type { Observe } from '@plinth/contracts'
import { makeObserve } from '@plinth/observe'
import { OperatorConfig } from '../config.ts'
import { banner, urlOf } from '../up/banner.ts'
import { ensureFirstRun } from '../up/first-run.ts'
import { type Installation, openInstallation } from '../up/installation.ts'
import { Launcher } from '../up/launcher.ts'
import { stopLeftovers } from '../up/leftovers.ts'
import { takeLock } from '../up/lock.ts'
import { checkPort } from '../up/ports.ts'
import { programOf } from '../up/programs.ts'
import { makeProgress } from '../up/progress.ts'
import { isHealthy, waitUntil } from '../up/wait.ts'
import type { Command, Invocation } from './command.ts'

const print = (line: string): void => console.log(line)

/** The first signal stops in order; while that runs, further ones change nothing. */
const untilSignalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })

const bringUp = async (launcher: Launcher, installation: Installation, config: OperatorConfig) => {
  const progress = makeProgress(print)
  await progress.step('Supervisor and database', async () => {
    await launcher.start('supervisor')
    await launcher.ready('supervisor', 'supervisor.sock')
  })
  return progress.step('Control plane and entrance', async () => {
    await Promise.all([launcher.start('control-plane'), launcher.start('edge')])
    await launcher.ready('control-plane', 'control.sock')
    const made = await ensureFirstRun(
      installation,
      join(installation.run, 'control-admin.sock'),
      urlOf(config),
    )
    await waitUntil(() => isHealthy(`http://127.0.0.1:${config.PLINTH_PORT}`), 10_000)
    return made
  })
}

const serve = async (
  installation: Installation,
  config: OperatorConfig,
  env: Invocation['env'],
): Promise<number> => {
  const started = performance.now()
  const observe: Observe = makeObserve({
    sink: { file: join(installation.logs, 'launcher.log') },
    process: 'launcher',
  })
  const told = untilSignalled()
  const left = await stopLeftovers(installation.data)
  if (left.length > 0) print(`  Taking over from an earlier start: ${left.join(', ')}`)
  await checkPort(config.PLINTH_PORT, 'PLINTH_PORT')
  await checkPort(config.PLINTH_DB_PORT, 'PLINTH_DB_PORT')
  await checkPort(config.PLINTH_POOLER_PORT, 'PLINTH_POOLER_PORT')
  if (config.PLINTH_TLS_PORT !== undefined) await checkPort(config.PLINTH_TLS_PORT, 'PLINTH_TLS_PORT')

  const launcher = new Launcher({
    installation,
    observe,
    programOf: (name) => programOf(name, installation, { config, env }),
  })
  try {
    const ready = await Promise.race([bringUp(launcher, installation, config), told])
    if (ready) {
      print(banner(installation, config, { ...ready, seconds: (performance.now() - started) / 1000 }))
      await told
    }
    print('\nStopping …')
    return 0
  } finally {
    await launcher.stop()
    print('Stopped.')
  }
}

export const up: Command = {
  name: 'up',
  about: 'Starts the installation and stays until Ctrl-C.',
  run: async ({ env }) => {
    const config = loadConfig(OperatorConfig, env)
    const installation = await openInstallation(config.PLINTH_DATA)
    const lock = await takeLock(installation.data)
    if (!lock.held) {
      print(`Plinth runs here already (process ${lock.pid}): ${urlOf(config)}`)
      return 0
    }
    try {
      return await serve(installation, config, env)
    } finally {
      await lock.release()
    }
  },
}
