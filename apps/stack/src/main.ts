// The stack process: `node main.ts --admin <socket> [--rehearse]`. Reads arguments and environment, and knows how to end.

import { parseArgs } from 'node:util'
import { loadConfig } from '@plinth/config'
import { makeOutbound, parseAllowedNetwork } from '@plinth/http'
import { makeObserve } from '@plinth/observe'
import { giveBackAtRest } from '@plinth/process'
import { stackConfig } from './config.ts'
import { startProgram } from './program.ts'

const { values } = parseArgs({ options: { admin: { type: 'string' }, rehearse: { type: 'boolean' } } })
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
const outbound = makeOutbound({ allowed: parseAllowedNetwork(config.PLINTH_PRIVATE_NETWORK) })
const program = startProgram(values.admin, { observe, outbound, isSpare: values.rehearse })

// Installed before anybody can reach the program: who starts a spare may end it at once.
const stop = async (): Promise<void> => {
  await (await program).stop()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
await program
giveBackAtRest()
