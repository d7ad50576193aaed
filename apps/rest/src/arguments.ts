// PostgREST's arguments.

import { parseArgs } from 'node:util'

export type Action = 'run' | 'dump-config' | 'dump-schema' | 'ready' | 'example' | 'version' | 'help'

export type Arguments = { readonly action: Action; readonly file: string | undefined }

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  example: { type: 'boolean', short: 'e' },
  'dump-config': { type: 'boolean' },
  'dump-schema': { type: 'boolean' },
  ready: { type: 'boolean' },
} as const

const actions = ['help', 'version', 'example', 'dump-config', 'dump-schema', 'ready'] as const

export const usage = `Usage: plinth rest [-v|--version] [-e|--example]
                   [--dump-config | --dump-schema | --ready] [FILENAME]

  Serves a Postgres database as a REST API, the way PostgREST does.

  -h,--help       Show this text
  -v,--version    Show the version
  -e,--example    Show a configuration file to start from
  --dump-config   Show the configuration as it was read, and end
  --dump-schema   Show what was read from the database as JSON, and end
  --ready         Ask the admin server of a running one whether it is ready
  FILENAME        Path of a configuration file`

/** Throws TypeError for what is no argument. */
export const parseArguments = (args: readonly string[]): Arguments => {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  if (positionals.length > 1) throw new TypeError(`Unexpected argument '${positionals[1]}'`)
  return { action: actions.find((action) => values[action]) ?? 'run', file: positionals[0] }
}
