// `plinth backup`: a base backup of the control database and of every branch, now, and in the bucket if there is one.
// `plinth backup list`: those there are, and what came of restoring them for a try.

import { join } from 'node:path'
import { loadConfig } from '@plinth/config'
import { BranchReport } from '@plinth/contracts'
import { type UnixClient, unixClient } from '@plinth/http'
import { z } from 'zod'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
import { printTable } from '../people/table.ts'
import { runFolder } from '../up/installation.ts'
import type { Command } from './command.ts'

/** A large database takes its time. */
const patience = { timeoutMs: 6 * 3_600_000 }
const Refusal = z.object({ message: z.string(), hint: z.string().optional() })

type Step = { readonly name: string; readonly path: string; readonly isOptional?: boolean }

const stepsOf = (refs: readonly string[]): readonly Step[] => [
  { name: 'control database', path: '/system/backups' },
  ...refs.map((ref) => ({ name: ref, path: `/branches/${ref}/backups` })),
  { name: 'bucket', path: '/offsite', isOptional: true },
]

/** Whether it went well; says how it went. */
const take = async (client: UnixClient, { name, path, isOptional }: Step): Promise<boolean> => {
  const { status, body } = await client.request('POST', path, undefined, patience)
  if (isOptional && status === 404) return true
  const { data: refusal } = Refusal.safeParse(body)
  const reason = refusal ? [refusal.message, refusal.hint].filter(Boolean).join(' ') : `failed (${status})`
  console.log(`${name}: ${status < 400 ? 'done' : reason}`)
  return status < 400
}

const Listing = z.object({
  backups: z.array(
    z.object({
      id: z.string(),
      endedAt: z.string(),
      bytes: z.number(),
      verified: z.object({ at: z.string(), isGood: z.boolean(), reason: z.string().optional() }).optional(),
    }),
  ),
})
type Listed = z.infer<typeof Listing>['backups'][number]

const triedOf = ({ verified }: Listed): string => {
  if (verified === undefined) return 'not yet'
  return verified.isGood ? `good, ${verified.at.slice(0, 10)}` : `FAILED, ${verified.reason ?? verified.at}`
}

const takeAll = async (client: UnixClient, refs: readonly string[]): Promise<number> => {
  const results: boolean[] = []
  for (const step of stepsOf(refs)) results.push(await take(client, step))
  return results.every(Boolean) ? 0 : 1
}

const listAll = async (client: UnixClient, refs: readonly string[]): Promise<number> => {
  const rows: string[][] = []
  for (const ref of refs) {
    const { status, body } = await client.request('GET', `/branches/${ref}/backups`)
    // One that is being made or removed has none.
    if (status === 200)
      for (const one of Listing.parse(body).backups)
        rows.push([ref, one.id, one.endedAt.slice(0, 19), `${Math.ceil(one.bytes / 2 ** 20)}`, triedOf(one)])
  }
  printTable(['PROJECT', 'BACKUP', 'MADE', 'MiB', 'RESTORED FOR A TRY'], rows)
  return 0
}

export const backup: Command = {
  name: 'backup',
  about: 'Makes a backup of the control database and of every project, now. `list`: those there are.',
  run: async ({ env, args }) => {
    const [word] = args
    if (args.length > 1 || (word !== undefined && word !== 'list'))
      throw errors.usage(`\`backup\` takes \`list\` or nothing, not ${args.join(' ')}.`, 'backup')
    const { PLINTH_DATA } = loadConfig(OperatorConfig, env)
    const socket = join(runFolder(PLINTH_DATA), 'supervisor.sock')
    const client = unixClient(socket)
    try {
      const listed = await client.request('GET', '/branches').catch(() => {
        throw errors.notRunning(socket)
      })
      const refs = z
        .array(BranchReport)
        .parse(listed.body)
        .map(({ ref }) => ref)
      return await (word === 'list' ? listAll : takeAll)(client, refs)
    } finally {
      await client.close()
    }
  },
}
