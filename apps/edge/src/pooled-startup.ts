// The first packet as the pooler takes it: PgBouncer refuses settings that it cannot keep for each client, such as
// `statement_timeout`. Upstream's pooler leaves them out, so drivers send them without a thought, and so does this one.

import { RefusedClient, refusals } from './refusals.ts'
import type { Startup } from './startup-packet.ts'

/** What it passes on to the server, or keeps for each client and sets again where it differs. */
const kept = new Set([
  'user',
  'database',
  'replication',
  'application_name',
  'client_encoding',
  'datestyle',
  'intervalstyle',
  'standard_conforming_strings',
  'timezone',
])

/** Parts of `options`, which white space divides that no backslash stands before. */
const words = /(?:\\[\s\S]|[^\s\\])+/g
const setting = /^(?:-c|--)?([^=]+)=(.*)$/s

/** `-c name=value`, `-cname=value` and `--name=value`, as Postgres reads them. */
const readOptions = (options: string): Startup['parameters'] =>
  [...options.matchAll(words)].flatMap(([word]) => {
    const [, name, value] = setting.exec(word.replace(/\\([\s\S])/g, '$1')) ?? []
    return name === undefined || value === undefined ? [] : [[name.replaceAll('-', '_'), value] as const]
  })

/** Throws when the client would work with other tables than it means: its `search_path` cannot be kept. */
export const forPooler = ({ version, parameters }: Startup): Startup => {
  // Those of `options` come first: the later of two of one name counts.
  const all = [
    ...parameters.flatMap(([name, value]) => (name === 'options' ? readOptions(value) : [])),
    ...parameters.filter(([name]) => name !== 'options'),
  ]
  if (all.some(([name]) => name.toLowerCase() === 'search_path'))
    throw new RefusedClient(refusals.searchPathOfPooler())
  // Extensions of the protocol (`_pq_.…`) are for the server to answer.
  const known = all.filter(([name]) => kept.has(name.toLowerCase()) || name.startsWith('_pq_.'))
  return { version, parameters: known }
}
