// The whole tree of commands, read from the completion script that the binary prints: none may be missing in the walk.

import assert from 'node:assert/strict'
import type { Step } from '../../walk.ts'
import type { Case } from './case.ts'
import type { Desk } from './desk.ts'

/** `branches_list` is a function of its own there; groups offer their subcommands in one. Hyphens are underscores too. */
const commandsIn = (script: string): readonly string[] =>
  [...script.matchAll(/^_supabase_([a-z0-9_]+)\(\)\n([\s\S]*?)^\}/gm)]
    .filter(([, , body = '']) => !body.includes("compgen -W '"))
    .map(([, name = '']) => name.replaceAll('_', ' '))
    // Another name of `migration`.
    .filter((name) => !name.startsWith('migrations '))

const wordsOf = (line: string): string => `${line.replaceAll('-', ' ')} `

export const everyCommand = (openDesk: () => Promise<Desk>, cases: readonly Case[]): Step => [
  'every command of the binary is tried or listed with a reason',
  async () => {
    const { output } = await (await openDesk()).run(['--completions', 'bash'])
    const commands = commandsIn(output)
    assert.ok(commands.length > 100, output.slice(0, 300))
    const typed = cases.map(({ type }) => wordsOf(type))
    const missing = commands.filter((command) => !typed.some((one) => one.startsWith(`${command} `)))
    assert.deepEqual(missing, [])
  },
]
