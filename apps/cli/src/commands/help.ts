// `plinth help`: the list of commands.

import type { Command } from './command.ts'

export const help: Command = {
  name: 'help',
  about: 'Shows this list.',
  run: async ({ commands }) => {
    const width = Math.max(...commands.map(({ name }) => name.length))
    console.log('Usage: plinth <command>\n')
    for (const { name, about } of commands) console.log(`  ${name.padEnd(width)}  ${about}`)
    return 0
  },
}
