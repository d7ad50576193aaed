// `plinth config`: every setting, its value, where the value comes from, and what it means.

import { describeConfig, loadConfig } from '@plinth/config'
import { OperatorConfig } from '../config.ts'
import type { Command } from './command.ts'

export const config: Command = {
  name: 'config',
  about: 'Prints every setting, its value, its origin and its meaning.',
  run: async ({ env }) => {
    for (const row of describeConfig(OperatorConfig, env)) {
      console.log(`${row.name}=${row.value ?? ''}   (${row.origin})\n    ${row.description}`)
    }
    loadConfig(OperatorConfig, env)
    return 0
  },
}
