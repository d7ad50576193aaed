// `plinth profile`: the file that points the official `supabase` command at this installation.

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '@plinth/config'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
import { authorityFolder, openOwnAuthority } from '../own-authority.ts'
import type { Command } from './command.ts'

const usage = `Usage: plinth profile [--output <file>]

  Writes a profile for the official \`supabase\` command, and says what to set.
  Run it with the same PLINTH_… variables as \`plinth up\`.

      --output <file>            where to write it (default: supabase-profile.yaml in the data folder)
`

const withPort = (scheme: string, host: string, port: number, usual: number): string =>
  `${scheme}://${host}${port === usual ? '' : `:${port}`}`

/** Where people and programs reach the Management API: encrypted when there is such an entrance. */
const entranceOf = ({ PLINTH_DOMAIN, PLINTH_PORT, PLINTH_TLS_PORT }: OperatorConfig): string =>
  PLINTH_TLS_PORT === undefined
    ? withPort('http', PLINTH_DOMAIN, PLINTH_PORT, 80)
    : withPort('https', PLINTH_DOMAIN, PLINTH_TLS_PORT, 443)

/** `pooler_host` is left out on purpose: the command compares it with a registered domain and skips that without it. */
export const renderProfile = (config: OperatorConfig): string => {
  const entrance = entranceOf(config)
  const keys = {
    name: 'plinth',
    api_url: entrance,
    dashboard_url: entrance,
    docs_url: `${entrance}/docs`,
    project_host: config.PLINTH_DOMAIN,
  }
  return Object.entries(keys)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')
}

/** What the command takes for granted about ports and cannot be told. */
export const missingFor = ({ PLINTH_TLS_PORT, PLINTH_DB_PORT }: OperatorConfig): readonly string[] => [
  ...(PLINTH_DB_PORT === 5432
    ? []
    : [`PLINTH_DB_PORT=5432 (it is ${PLINTH_DB_PORT}): db push, db query, migration, inspect, gen types`]),
  ...(PLINTH_TLS_PORT === 443
    ? []
    : [
        `PLINTH_TLS_PORT=443 (it is ${PLINTH_TLS_PORT ?? 'not set'}): storage, seed, and versions of services`,
      ]),
]

const explain = (config: OperatorConfig, file: string, authority: string): string => {
  const missing = missingFor(config)
  return [
    `Wrote ${file}. Set:`,
    '',
    `  export SUPABASE_PROFILE=${file}`,
    `  export SSL_CERT_FILE=${authority}`,
    '',
    'and SUPABASE_ACCESS_TOKEN=<token> (`plinth token add`), or `supabase login`: it prints a link with the address of',
    `somebody else, whatever the profile says; open its path here: ${entranceOf(config)}/cli/login?session_id=…`,
    `Its own names must resolve to this machine: {ref}.${config.PLINTH_DOMAIN} and db.{ref}.${config.PLINTH_DOMAIN}.`,
    ...(missing.length === 0 ? [] : ['', 'Some commands need ports that cannot be changed in them:']),
    ...missing.map((line) => `  ${line}`),
  ].join('\n')
}

const read = (args: readonly string[]): { readonly output?: string; readonly help?: boolean } => {
  try {
    const options = { output: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw errors.usage(error instanceof Error ? error.message : String(error), 'profile')
  }
}

export const profile: Command = {
  name: 'profile',
  about: 'Writes a profile for the official `supabase` command, and says what to set.',
  run: async ({ env, args }) => {
    const { output, help } = read(args)
    if (help) {
      process.stdout.write(usage)
      return 0
    }
    const config = loadConfig(OperatorConfig, env)
    const file = resolve(output ?? join(config.PLINTH_DATA, 'supabase-profile.yaml'))
    await openOwnAuthority(config.PLINTH_DATA)
    await writeFile(file, renderProfile(config))
    console.log(explain(config, file, join(authorityFolder(config.PLINTH_DATA), 'ca.pem')))
    return 0
  },
}
