// Second step of a request: host name → branch, platform, or nobody.

import { isIP } from 'node:net'
import type { Route } from '@plinth/contracts'
import type { Routes } from './routes.ts'

export type Destination =
  | { readonly kind: 'branch'; readonly route: Route }
  | { readonly kind: 'platform' }
  | { readonly kind: 'unknown'; readonly host: string }

const platform = { kind: 'platform' } as const

const branchOr = (host: string, route: Route | undefined): Destination =>
  route === undefined ? { kind: 'unknown', host } : { kind: 'branch', route }

/** Finds who answers at a `Host` header's value. */
export const makeFindBranch =
  ({ domain, routes }: { readonly domain: string; readonly routes: Pick<Routes, 'find' | 'findByHost'> }) =>
  (hostHeader: string): Destination => {
    const host = nameOf(hostHeader)
    if (host.endsWith(`.${domain}`)) {
      const label = host.slice(0, -domain.length - 1)
      if (label === 'api') return platform
      return branchOr(host, routes.find(label) ?? routes.findByHost(host))
    }
    const isPlatform = host === domain || host === 'localhost' || isIP(host) !== 0
    return isPlatform ? platform : branchOr(host, routes.findByHost(host))
  }

const label = /^db\.([a-z]{20})$/

/** The ref in `db.{ref}.{domain}`. */
export const refOfDatabaseHost = (name: string, domain: string): string | undefined =>
  name.endsWith(`.${domain}`) ? label.exec(name.slice(0, -domain.length - 1))?.[1] : undefined

/** Whether requests for this name, whole and in lower case, or database sessions are answered here. */
export const makeIsServed =
  ({ domain, routes }: { readonly domain: string; readonly routes: Pick<Routes, 'find' | 'findByHost'> }) =>
  (name: string): boolean => {
    if (name === domain || routes.findByHost(name) !== undefined) return true
    if (!name.endsWith(`.${domain}`)) return false
    const first = name.slice(0, -domain.length - 1)
    return first === 'api' || routes.find(refOfDatabaseHost(name, domain) ?? first) !== undefined
  }

const literal = /^\[([0-9a-f:.]+)\](?::\d*)?$/
const name = /^([^:]*?)\.?(?::\d*)?$/

/** Lower case, without port, brackets and the dot of a complete name. */
export const nameOf = (header: string): string => {
  const host = header.toLowerCase()
  return (name.exec(host) ?? literal.exec(host))?.[1] ?? host
}
