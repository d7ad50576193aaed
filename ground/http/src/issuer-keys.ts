// Where another issuer of tokens keeps its keys, and what they are now.

import { isKeySet, type KeySet } from '@plinth/crypto'
import { fetchJson, type Outbound } from './outbound.ts'

/** One of the two. */
export type KeyPlace = { readonly oidcIssuerUrl?: string | undefined; readonly jwksUrl?: string | undefined }

export type ReadKeys = {
  readonly set: KeySet
  /** How long they may be kept, in milliseconds, as the issuer says; `undefined` when it does not. */
  readonly freshMs: number | undefined
}

const maxAge = (header: unknown): number | undefined => {
  const seconds = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(typeof header === 'string' ? header : '')?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

const findJwksUrl = async (outbound: Outbound, issuer: string): Promise<string> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { jwks_uri: found } = await fetchJson(outbound, { url })
  if (typeof found === 'string' && URL.canParse(found)) return found
  throw new Error(`${url} names no jwks_uri`)
}

/** Throws with what is wrong, in words for the owner of the project. */
export const readIssuerKeys = async (outbound: Outbound, place: KeyPlace): Promise<ReadKeys> => {
  const url = place.jwksUrl ?? (await findJwksUrl(outbound, place.oidcIssuerUrl ?? ''))
  const { status, text, headers } = await outbound({ url })
  if (status !== 200) throw new Error(`${url} answered ${status}`)
  const set: unknown = JSON.parse(text)
  if (!isKeySet(set)) throw new Error(`${url} is no key set`)
  return { set, freshMs: maxAge(headers?.['cache-control']) }
}
