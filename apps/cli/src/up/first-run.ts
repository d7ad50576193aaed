// The first start of an installation: the control plane makes the first owner, the launcher writes down who it is.

import { readFile } from 'node:fs/promises'
import { unixClient } from '@plinth/http'
import { z } from 'zod'
import { type Installation, writePrivate } from './installation.ts'

const Reply = z.object({
  owner: z.object({ id: z.string(), email: z.string() }),
  organization: z.object({ slug: z.string(), name: z.string() }),
  accessToken: z.string(),
})

export type FirstRun = {
  readonly url: string
  readonly access_token: string
  readonly organization_slug: string
  readonly owner_email: string
}

const read = async (file: string): Promise<FirstRun | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as FirstRun)
}

/** Answers the first owner, and whether this very start made it. Asking twice is safe: the file says it is done. */
export const ensureFirstRun = async (
  installation: Installation,
  socket: string,
  url: string,
): Promise<{ readonly firstRun: FirstRun; readonly isNew: boolean }> => {
  const existing = await read(installation.firstRunFile)
  if (existing) return { firstRun: existing, isNew: false }
  const client = unixClient(socket)
  try {
    const { body } = await client.request('POST', '/first-run')
    const reply = Reply.parse(body)
    const firstRun = {
      url,
      access_token: reply.accessToken,
      organization_slug: reply.organization.slug,
      owner_email: reply.owner.email,
    }
    await writePrivate(installation.firstRunFile, `${JSON.stringify(firstRun, undefined, 2)}\n`)
    return { firstRun, isNew: true }
  } finally {
    await client.close()
  }
}
