// Certificates of a public authority for the names that this entrance serves (ACME): shown once they are there,
// ordered when a name is needed, renewed at two thirds of their life.

import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { type Issued, issuedFolder, renewAt } from '@plinth/certificates'
import type { Observe } from '@plinth/contracts'
import type { Shown } from '../certificates.ts'
import { type AccountOptions, openAccount } from './account.ts'
import { openChallenges } from './challenges.ts'
import { Orders } from './orders.ts'

export type AcmeOptions = Pick<AccountOptions, 'directory' | 'email' | 'binding' | 'sealKey'> & {
  /** The installation's data folder. */
  readonly data: string
  /** Whether requests for this name are answered here: no other gets a certificate. */
  readonly isServed: (name: string) => boolean
  readonly observe: Observe
  /** How often certificates are looked at that may have to be renewed. */
  readonly lookEveryMs?: number
}

export type Acme = {
  /** The certificate of a name that is served; where there is none, or an old one, one is ordered. */
  readonly find: (name: string) => Shown | undefined
  /** Names that get a certificate before anybody asks for them; replaces those named before. */
  readonly want: (names: readonly string[]) => void
  /** The answer to an authority's request for a path below `/.well-known/acme-challenge/`. */
  readonly findAnswer: (host: string, path: string) => Promise<string | undefined>
  readonly close: () => Promise<void>
}

type Kept = { readonly issued: Issued; readonly renewAt: number; shown?: Shown }

/** Names that are nobody's in public: no authority has certificates for them. */
const isPublic = (name: string): boolean => name.includes('.') && !/(^|\.)localhost$/.test(name)

export const openAcme = async (options: AcmeOptions): Promise<Acme> => {
  const { isServed, lookEveryMs = 60_000 } = options
  const issued = issuedFolder(options.data, options.directory, options.sealKey)
  const challenges = openChallenges(join(issued.folder, 'challenges'))
  const kept = new Map<string, Kept>()
  let wanted: readonly string[] = []
  const take = (name: string, found: Issued) => {
    kept.set(name, { issued: found, renewAt: renewAt(found).getTime() })
  }
  const orders = new Orders({
    issued,
    account: openAccount({ ...options, folder: issued.folder, challenges }),
    locks: join(issued.folder, 'locks'),
    observe: options.observe,
    take,
  })
  const need = (name: string) => {
    if (!isPublic(name) || !isServed(name)) return
    const found = kept.get(name)
    if (found === undefined || found.renewAt <= Date.now()) orders.need(name)
  }
  const look = () => {
    for (const name of new Set([...wanted, ...kept.keys()])) need(name)
  }
  await challenges.clean()
  for (const name of await issued.names()) {
    const found = await issued.find(name)
    const isPast = found === undefined || found.until.getTime() <= Date.now()
    if (isPast && !isServed(name)) await issued.remove(name)
    else if (found !== undefined) take(name, found)
  }
  const timer = setInterval(look, lookEveryMs).unref()
  return {
    find: (name) => {
      need(name)
      const found = kept.get(name)
      if (found === undefined || found.issued.until.getTime() <= Date.now()) return undefined
      const { cert, key } = found.issued
      found.shown ??= { cert, key, context: createSecureContext({ cert, key }) }
      return found.shown
    },
    want: (names) => {
      wanted = names
      look()
    },
    findAnswer: async (host, path) => (isServed(host) ? challenges.find(host, path) : undefined),
    close: () => {
      clearInterval(timer)
      return orders.close()
    },
  }
}
