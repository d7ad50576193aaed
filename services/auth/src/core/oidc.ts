// OpenID Connect as a client: where a service is, which keys it signs with, and whether a token is its own.

import { fetchJson, type Outbound } from '@plinth/http'
import type { JSONWebKeySet } from 'jose'
import { LRUCache } from 'lru-cache'
import { at, textAt } from './json-path.ts'

export type Discovery = {
  readonly issuer: string
  readonly authorizeUrl: string
  readonly tokenUrl: string
  readonly userinfoUrl: string
  readonly jwksUrl: string
}
export type IdClaims = Readonly<Record<string, unknown>>

export type Oidc = {
  readonly discover: (issuer: string, address?: string) => Promise<Discovery>
  /** The document itself, read anew; what was known before is forgotten. */
  readonly lookUp: (issuer: string, address?: string) => Promise<Document>
  /** Claims of a token that this service signed and that counts now; throws for any other. */
  readonly verify: (token: string, discovery: Discovery, issuer?: string) => Promise<IdClaims>
}

/** Documents and keys are kept for an hour; a token with an unknown key looks again, but not more often than this. */
const hour = 3_600_000
const eager = 60_000
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

type Keys = { readonly set: JSONWebKeySet; readonly read: number }

type Document = Readonly<Record<string, unknown>>

const addressOf = (issuer: string, address: string | undefined): string =>
  address || `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

const discoveryOf = (document: Document): Discovery => ({
  issuer: textAt(document, 'issuer'),
  authorizeUrl: textAt(document, 'authorization_endpoint'),
  tokenUrl: textAt(document, 'token_endpoint'),
  userinfoUrl: textAt(document, 'userinfo_endpoint'),
  jwksUrl: textAt(document, 'jwks_uri'),
})

const readDocument = async (outbound: Outbound, issuer: string, address: string): Promise<Document> => {
  const document = await fetchJson(outbound, { url: address })
  const named = textAt(document, 'issuer')
  if (named.replace(/\/$/, '') !== issuer.replace(/\/$/, '')) {
    throw new Error(`issuer mismatch, expected "${issuer}" got "${named}"`)
  }
  return document
}

export const makeOidc = (outbound: Outbound, clock: () => number): Oidc => {
  const documents = new LRUCache<string, Discovery>({ max: 50, ttl: hour })
  const keySets = new LRUCache<string, Keys>({ max: 50, ttl: hour })

  const loadKeys = async (url: string, isFresh: boolean): Promise<Keys> => {
    const known = keySets.get(url)
    if (known !== undefined && (!isFresh || Math.abs(clock() - known.read) < eager)) return known
    const document = await fetchJson(outbound, { url })
    if (!Array.isArray(at(document, 'keys'))) throw new Error(`There are no keys at ${url}.`)
    // Looked at above; keys that are none fail when they are used.
    const keys = { set: document as unknown as JSONWebKeySet, read: clock() }
    keySets.set(url, keys)
    return keys
  }

  return {
    discover: async (issuer, address) => {
      const url = addressOf(issuer, address)
      const known = documents.get(url)
      if (known !== undefined) return known
      const found = discoveryOf(await readDocument(outbound, issuer, url))
      documents.set(url, found)
      return found
    },
    lookUp: async (issuer, address) => {
      const url = addressOf(issuer, address)
      const document = await readDocument(outbound, issuer, url)
      documents.set(url, discoveryOf(document))
      return document
    },
    verify: async (token, discovery, issuer = discovery.issuer) => {
      const { createLocalJWKSet, errors, jwtVerify } = await import('jose')
      const options = { issuer, algorithms, clockTolerance: 30, currentDate: new Date(clock()) }
      const check = async (isFresh: boolean) => {
        const { set } = await loadKeys(discovery.jwksUrl, isFresh)
        return (
          await jwtVerify(token, createLocalJWKSet(set), { ...options, requiredClaims: ['sub', 'exp'] })
        ).payload
      }
      return check(false).catch((error: unknown) => {
        if (error instanceof errors.JWKSNoMatchingKey) return check(true)
        throw error
      })
    },
  }
}
