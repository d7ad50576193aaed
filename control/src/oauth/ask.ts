// What an app asks of a person, carried through sign-in and consent in the address itself: sealed, so that
// nothing in it can be changed and nothing has to be remembered for askers who never come back.

import { seal, unseal } from '@plinth/crypto'
import { z } from 'zod'
import { errors as pageErrors } from '../pages/errors.ts'

const Ask = z.strictObject({
  kind: z.enum(['consent', 'claim']),
  appId: z.string(),
  redirectUri: z.string(),
  state: z.string().optional(),
  challenge: z.string().optional(),
  challengeMethod: z.enum(['plain', 'S256']).optional(),
  /** Preselected. */
  organization: z.string().optional(),
  /** Of a claim: what finds its row. */
  claim: z.string().optional(),
  expiresAt: z.number(),
})
export type Ask = z.infer<typeof Ask>

const lifeMs = { consent: 15 * 60_000, claim: 24 * 60 * 60_000 }

export const sealAsk = (key: Buffer, ask: Omit<Ask, 'expiresAt'>): string =>
  seal(key, JSON.stringify({ ...ask, expiresAt: Date.now() + lifeMs[ask.kind] }))

const read = (key: Buffer, sealed: string): unknown => {
  try {
    return JSON.parse(unseal(key, sealed).toString())
  } catch {
    return undefined
  }
}

export const openAsk = (key: Buffer, kind: Ask['kind'], sealed: unknown): Ask => {
  const ask = Ask.safeParse(read(key, typeof sealed === 'string' ? sealed : ''))
  if (!ask.success || ask.data.kind !== kind) throw pageErrors.badLink('This link is not complete.')
  if (ask.data.expiresAt < Date.now()) throw pageErrors.badLink('This link has expired.')
  return ask.data
}

/** The way back to the app. The address was compared with the registered ones when the ask was sealed. */
export const wayBack = (
  ask: Pick<Ask, 'redirectUri' | 'state'>,
  params: Readonly<Record<string, string>>,
): string => {
  const url = new URL(ask.redirectUri)
  for (const [name, value] of Object.entries(params)) url.searchParams.append(name, value)
  if (ask.state !== undefined) url.searchParams.append('state', ask.state)
  return url.href
}
