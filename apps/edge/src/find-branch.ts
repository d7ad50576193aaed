// Second step of a request: host name → branch, platform, or nobody.

import { isIP } from 'node:net'
import type { Route } from '@plinth/contracts'
import type { Routes } from './routes.ts'

export type Destination =
  | { readonly kind: 'branch'; readonly route: Route }
  | { readonly kind: 'platform' }
  | { readonly kind: 'unknown'; readonly host: string }

const platform = { kind: 'platform' } as const

/** Finds who answers at a `Host` header's value. */
export const makeFindBranch =
  ({ domain, routes }: { readonly domain: string; readonly routes: Pick<Routes, 'find'> }) =>
  (hostHeader: string): Destination => {
    const host = nameOf(hostHeader)
    if (host.endsWith(`.${domain}`)) {
      const label = host.slice(0, -domain.length - 1)
      if (label === 'api') return platform
      const route = routes.find(label)
      return route === undefined ? { kind: 'unknown', host } : { kind: 'branch', route }
    }
    const isPlatform = host === domain || host === 'localhost' || isIP(host) !== 0
    return isPlatform ? platform : { kind: 'unknown', host }
  }

const label = /^db\.([a-z]{20})$/

/** The ref in `db.{ref}.{domain}`. */
export const refOfDatabaseHost = (name: string, domain: string): string | undefined =>
  name.endsWith(`.${domain}`) ? label.exec(name.slice(0, -domain.length - 1))?.[1] : undefined

const literal = /^\[([0-9a-f:.]+)\](?::\d*)?$/
const name = /^([^:]*?)\.?(?::\d*)?$/

/** Lower case, without port, brackets and the dot of a complete name. */
const nameOf = (header: string): string => {
  const host = header.toLowerCase()
  return (name.exec(host) ?? literal.exec(host))?.[1] ?? host
}
