// What the edge shows to clients that ask for TLS: the operator's certificate for the names it covers, else one of
// the installation's own authority, made for the name that was asked for and kept.

import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Authority, type Identity, openAuthority } from '@plinth/certificates'
import { refOfDatabaseHost } from './find-branch.ts'

/** The certificate for a host name; `undefined` when the client named none. */
export type Certificates = {
  readonly contextFor: (name: string | undefined) => SecureContext
  /** What is shown to clients that name no host. */
  readonly fallback: { readonly cert: string; readonly key: string }
}

export type CertificatesOptions = {
  /** Folder of the authority. */
  readonly folder: string
  readonly domain: string
  /** Whether there is a branch of this ref: names of others are not worth a certificate. */
  readonly isKnown: (ref: string) => boolean
  /** Whether a branch is served under this name beside its own. */
  readonly isHost: (name: string) => boolean
  /** PEM files of the operator's own certificate. */
  readonly own?: { readonly cert: string; readonly key: string } | undefined
}

type Kept = { readonly context: SecureContext; readonly until: number }

const renewBeforeMs = 30 * 86_400_000

export const openCertificates = async (options: CertificatesOptions): Promise<Certificates> => {
  const { domain, isKnown, isHost } = options
  const authority = await openAuthority(options.folder)
  const own = options.own && (await keepOwn(options.own))
  const kept = new Map<string, Kept>()

  const isOurs = (name: string): boolean => {
    if (isHost(name)) return true
    if (!name.endsWith(`.${domain}`)) return false
    const label = name.slice(0, -domain.length - 1)
    const ref = refOfDatabaseHost(name, domain) ?? label
    return label === 'api' || isKnown(ref)
  }
  const issue = (name: string): SecureContext => {
    const known = kept.get(name)
    if (known !== undefined && known.until > Date.now()) return known.context
    const identity = issueFor(authority, name, domain)
    const context = createSecureContext(identity)
    kept.set(name, { context, until: identity.until.getTime() - renewBeforeMs })
    return context
  }
  return {
    fallback: own?.current() ?? issueFor(authority, domain, domain),
    contextFor: (asked = domain) => {
      const name = asked.toLowerCase()
      const bought = own?.current()
      if (bought?.covers(name)) return bought.context
      return issue(isOurs(name) ? name : domain)
    },
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
  let nextLook = Date.now() + lookEveryMs
  const look = async () => {
    const found = await stampOf()
    if (found === stamp) return
    own = await loadOwn(files)
    stamp = found
  }
  return {
    current: () => {
      if (Date.now() >= nextLook) {
        nextLook = Date.now() + lookEveryMs
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
