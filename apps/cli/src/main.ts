// `plinth`: the command line of an installation.

import { ConfigError } from '@plinth/config'
import { isPlinthError } from '@plinth/errors'
import { commands } from './commands/index.ts'

const [name = 'help', ...args] = process.argv.slice(2)
const command = commands.find((candidate) => candidate.name === name)

const explain = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  if (isPlinthError(error)) return [error.message, error.hint].filter(Boolean).join('\n')
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

if (!command) {
  console.error(`There is no command "${name}". Run \`plinth help\` for the list.`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await command.run({ env: process.env, args, commands })
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
