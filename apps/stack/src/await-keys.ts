// A token signed with a key that nobody knows yet waits until the issuers that the project trusts were asked: an issuer
// may change its keys at any time, and its people must not notice.

import type { StackSpec } from '@plinth/contracts'
import type { TrustedIssuers } from '@plinth/http'

const bearer = /^bearer +([\w-]+)\./i

/** Name of the key in a token's header; whether it may be believed is the verifier's question. */
const kidOf = (authorization: string | undefined): string | undefined => {
  const header = bearer.exec(authorization ?? '')?.[1]
  if (header === undefined) return undefined
  try {
    const { kid }: { kid?: unknown } = Object(JSON.parse(Buffer.from(header, 'base64url').toString()))
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

/** Goes on at once, or when the issuers were asked. */
export type AwaitKeys = (authorization: string | undefined, goOn: () => void) => void

export const awaitKeys = ({ signingKeys }: StackSpec['jwt'], others: TrustedIssuers): AwaitKeys => {
  const own = new Set(signingKeys.map(({ id }) => id))
  return (authorization, goOn) => {
    const kid = kidOf(authorization)
    if (kid === undefined || own.has(kid) || others.find(kid) !== undefined) goOn()
    else void others.refresh().then(goOn)
  }
}
