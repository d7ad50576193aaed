// What the edge shows to clients that ask for TLS: the operator's certificate for the names it covers, else one of a
// public authority, else one of the installation's own, made for the name that was asked for and kept.

import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Authority, type Identity, openAuthority } from '@plinth/certificates'
import type { Acme } from './acme/acme.ts'

/** What is shown to one client. */
export type Shown = { readonly cert: string; readonly key: string; readonly context: SecureContext }

export type Certificates = {
  /** For the host name that a client asked for; `undefined` when it named none, such as one that was given an address. */
  readonly find: (name: string | undefined) => Shown
  /** Names that should have a certificate of the public authority before anybody asks for them. */
  readonly want: (names: readonly string[]) => void
}

export type CertificatesOptions = {
  /** Folder of the authority. */
  readonly folder: string
  readonly domain: string
  /** Whether requests for this name are answered here: names of others are not worth a certificate. */
  readonly isServed: (name: string) => boolean
  /** Seals the authority's key. */
  readonly sealKey: Buffer
  /** PEM files of the operator's own certificate. */
  readonly own?: { readonly cert: string; readonly key: string } | undefined
  /** Certificates of a public authority, where the operator wants them. */
  readonly acme?: Pick<Acme, 'find' | 'want'> | undefined
}

type Kept = { readonly shown: Shown; readonly until: number }

const renewBeforeMs = 30 * 86_400_000

export const openCertificates = async (options: CertificatesOptions): Promise<Certificates> => {
  const { domain, isServed, acme } = options
  const authority = await openAuthority(options.folder, options.sealKey)
  const own = options.own && (await keepOwn(options.own))
  const kept = new Map<string, Kept>()

  const issue = (name: string): Shown => {
    const known = kept.get(name)
    if (known !== undefined && known.until > Date.now()) return known.shown
    const { cert, key, until } = issueFor(authority, name, domain)
    const shown = { cert, key, context: createSecureContext({ cert, key }) }
    kept.set(name, { shown, until: until.getTime() - renewBeforeMs })
    return shown
  }
  return {
    find: (asked) => {
      const bought = own?.current()
      const name = asked?.toLowerCase()
      if (bought !== undefined && (name === undefined || bought.covers(name))) return bought
      const served = name !== undefined && isServed(name) ? name : domain
      return acme?.find(served) ?? issue(served)
    },
    want: (names) => acme?.want(names.filter((name) => !own?.current().covers(name))),
  }
}

/** Without a name, or for the domain itself, one that also fits this machine's own addresses. */
const issueFor = (authority: Authority, name: string, domain: string): Identity =>
  name === domain
    ? authority.issue([...new Set([domain, `*.${domain}`, 'localhost'])] as [string, ...string[]])
    : authority.issue([name])

type Files = { readonly cert: string; readonly key: string }

const lookEveryMs = 1000

/**
 * The operator's certificate as its files are now: looked at beside a handshake, at most once a second. Files that
 * do not fit together (one of them is being replaced) change nothing until they do.
 */
const keepOwn = async (files: Files) => {
  const stampOf = async () => {
    const [cert, key] = await Promise.all([stat(files.cert), stat(files.key)])
    return `${cert.mtimeMs} ${cert.ino} ${key.mtimeMs} ${key.ino}`
  }
  let stamp = await stampOf()
  let own = await loadOwn(files)
  let nextLook = performance.now() + lookEveryMs
  const look = async () => {
    const found = await stampOf()
    if (found === stamp) return
    own = await loadOwn(files)
    stamp = found
  }
  return {
    current: () => {
      if (performance.now() >= nextLook) {
        nextLook = performance.now() + lookEveryMs
        look().catch(() => undefined)
      }
      return own
    },
  }
}

const loadOwn = async (files: Files) => {
  const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')])
  const certificate = new X509Certificate(cert)
  return {
    cert,
    key,
    context: createSecureContext({ cert, key }),
    covers: (name: string) => certificate.checkHost(name) !== undefined,
  }
}
