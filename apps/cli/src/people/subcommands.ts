// Commands that have commands of their own: `plinth user add …`. Each says how it is used.

import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Environment } from '@plinth/config'
import type { Command } from '../commands/command.ts'
import { errors } from '../errors.ts'
import { type Ask, withControlPlane } from './ask-control-plane.ts'

export type Options = NonNullable<ParseArgsConfig['options']>

export type Given = {
  readonly env: Environment
  /** Words that are not options, one for each name in `takes`. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>
}

export type Subcommand = {
  readonly name: string
  /** Names of the words it takes, in order. */
  readonly takes: readonly string[]
  readonly about: string
  readonly options?: Options
  /** One line for each option. */
  readonly explained?: Readonly<Record<string, string>>
  readonly run: (ask: Ask, given: Given) => Promise<void>
}

const usageOf = (family: string, { name, takes }: Subcommand): string =>
  ['plinth', family, name, ...takes.map((word) => `<${word}>`)].join(' ')

const explain = (family: string, subcommands: readonly Subcommand[]): void => {
  console.log('Usage:')
  for (const one of subcommands) {
    console.log(`\n  ${usageOf(family, one)}\n      ${one.about}`)
    for (const [option, meaning] of Object.entries(one.explained ?? {})) {
      console.log(`      ${option.padEnd(26)} ${meaning}`)
    }
  }
}

const parse = (family: string, subcommand: Subcommand, args: readonly string[]) => {
  try {
    const options = subcommand.options ?? {}
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw errors.usage(error instanceof Error ? error.message : String(error), family)
  }
}

export const commandOf = (family: string, about: string, subcommands: readonly Subcommand[]): Command => ({
  name: family,
  about,
  run: async ({ env, args: [name, ...rest] }) => {
    if (name === undefined || [name, ...rest].some((word) => word === '--help' || word === '-h')) {
      explain(family, subcommands)
      return name === undefined ? 2 : 0
    }
    const subcommand = subcommands.find((one) => one.name === name)
    if (subcommand === undefined) throw errors.usage(`There is no command "${family} ${name}".`, family)
    const { values, positionals } = parse(family, subcommand, rest)
    if (positionals.length !== subcommand.takes.length) {
      throw errors.usage(`It takes: ${usageOf(family, subcommand)}`, family)
    }
    await withControlPlane(env, (ask) => subcommand.run(ask, { env, words: positionals, options: values }))
    return 0
  },
})
