// `plinth backup`: a base backup of the control database and of every branch, now, and in the bucket if there is one.

import { join } from 'node:path'
import { loadConfig } from '@plinth/config'
import { BranchReport } from '@plinth/contracts'
import { type UnixClient, unixClient } from '@plinth/http'
import { z } from 'zod'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
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

export const backup: Command = {
  name: 'backup',
  about: 'Makes a backup of the control database and of every project, now.',
  run: async ({ env }) => {
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
      const results: boolean[] = []
      for (const step of stepsOf(refs)) results.push(await take(client, step))
      return results.every(Boolean) ? 0 : 1
    } finally {
      await client.close()
    }
  },
}
