// `plinth rest`: serves any one Postgres database, with PostgREST's settings and arguments. The server takes this
// process over, so that signals meant for it reach it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from './command.ts'

/** Bundled programs lie side by side; in development it is a workspace of its own. */
const entry = (): string => {
  const bundle = join(import.meta.dirname, 'rest.mjs')
  return existsSync(bundle) ? bundle : join(import.meta.dirname, '../../../rest/src/main.ts')
}

export const rest: Command = {
  name: 'rest',
  about: 'Serves any Postgres database as a REST API, in place of PostgREST (plinth rest --help).',
  run: async ({ args }) => {
    process.argv.splice(2, process.argv.length, ...args)
    await import(pathToFileURL(entry()).href)
    return 0
  },
}
