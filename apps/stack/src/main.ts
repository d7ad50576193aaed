// The stack process: `node main.ts --admin <socket>`. Reads arguments and environment, and knows how to end.

import { parseArgs } from 'node:util'
import { loadConfig } from '@plinth/config'
import { makeObserve } from '@plinth/observe'
import { stackConfig } from './config.ts'
import { startProgram } from './program.ts'

const { values } = parseArgs({ options: { admin: { type: 'string' } } })
if (values.admin === undefined) throw new Error('The stack process needs --admin <socket>.')

const config = loadConfig(stackConfig, process.env)
const observe = makeObserve({ sink: 'stdout', level: config.PLINTH_LOG_LEVEL, process: 'stack' })

const crash = (error: unknown): void => {
  observe({ level: 'error', event: 'process.crashed', error })
  process.exit(1)
}
process.on('uncaughtException', crash)
process.on('unhandledRejection', crash)

// Whatever a stack makes on disk is its own.
process.umask(0o077)
const program = await startProgram(values.admin, observe)

const stop = (): void => {
  program.stop().then(() => process.exit(0), crash)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
