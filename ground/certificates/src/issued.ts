// Certificates that a public authority issued (ACME, RFC 8555), a sealed file for each name, and beside it why there
// is none.

import { createHash, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSealedFile, writeSealedFile } from '@plinth/crypto'
import type { Identity } from './authority.ts'

export type Issued = Identity & { readonly from: Date }

/** Why a name has no (new) certificate; times in ISO 8601. */
export type Refusal = {
  readonly reason: string
  readonly at: string
  /** How often in a row. */
  readonly attempts: number
  /** Not tried again before. */
  readonly next: string
}

export type IssuedFolder = {
  /** Where everything of this authority is kept, for its owner only. */
  readonly folder: string
  readonly find: (name: string) => Promise<Issued | undefined>
  readonly findRefusal: (name: string) => Promise<Refusal | undefined>
  /** Keeps a certificate with its chain and key (PEM), and forgets what was refused before. */
  readonly keep: (name: string, pem: { readonly cert: string; readonly key: string }) => Promise<Issued>
  readonly refuse: (name: string, refusal: Refusal) => Promise<void>
  readonly remove: (name: string) => Promise<void>
  /** Names that have a certificate or a refusal. */
  readonly names: () => Promise<readonly string[]>
}

/** Parts of a file name that no host name can leave. */
const hostName = /^(?!\.)[a-z0-9._-]{1,253}$/
const endings = { issued: '.pem', refusal: '.refusal.json' } as const

/** The certificate and its chain stand before the key. Throws when they are not a pair. */
const read = (pem: string): Issued => {
  const start = pem.indexOf('-----BEGIN PRIVATE KEY-----')
  const [cert, key] = [pem.slice(0, start), pem.slice(start)]
  const certificate = new X509Certificate(cert)
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw new Error('The certificate is that of another key.')
  return { cert, key, from: certificate.validFromDate, until: certificate.validToDate }
}

/** A file that somebody spoiled counts as none: the next order replaces it. */
const orNothing = async <T>(
  reading: Promise<string | undefined>,
  parse: (text: string) => T,
): Promise<T | undefined> => {
  try {
    const text = await reading
    return text === undefined ? undefined : parse(text)
  } catch {
    return undefined
  }
}

/**
 * The certificates of one authority in an installation's data folder: another address of the authority, such as its
 * staging service, has a folder of its own.
 */
export const issuedFolder = (data: string, directory: string, sealKey: Buffer): IssuedFolder => {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 8)
  const folder = join(data, 'acme', `${new URL(directory).hostname}-${digest}`)
  const names = join(folder, 'names')
  const fileOf = (name: string, ending: string): string => {
    if (!hostName.test(name)) throw new Error(`${name} is no host name.`)
    return join(names, `${name}${ending}`)
  }
  const textOf = (file: string): Promise<string | undefined> =>
    readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  /** Beside and renamed: whoever reads finds a whole file. */
  const write = async (file: string, text: string): Promise<void> => {
    const draft = `${file}.${randomBytes(4).toString('hex')}.new`
    await mkdir(names, { recursive: true, mode: 0o700 })
    await writeFile(draft, text, { mode: 0o600, flush: true })
    await rename(draft, file)
  }
  const forget = (name: string, ending: string) => rm(fileOf(name, ending), { force: true })
  return {
    folder,
    find: async (name) => orNothing(readSealedFile(fileOf(name, endings.issued), sealKey), read),
    findRefusal: async (name) =>
      orNothing(textOf(fileOf(name, endings.refusal)), (text) => JSON.parse(text) as Refusal),
    keep: async (name, { cert, key }) => {
      const text = `${cert.trim()}\n${key.trim()}\n`
      const issued = read(text)
      const file = fileOf(name, endings.issued)
      await mkdir(names, { recursive: true, mode: 0o700 })
      await writeSealedFile(file, sealKey, text)
      await forget(name, endings.refusal)
      return issued
    },
    refuse: (name, refusal) => write(fileOf(name, endings.refusal), `${JSON.stringify(refusal)}\n`),
    remove: async (name) => {
      await Promise.all(Object.values(endings).map((ending) => forget(name, ending)))
    },
    names: async () => {
      const files = await readdir(names).catch(() => [])
      const found = files.flatMap((file) =>
        Object.values(endings).flatMap((ending) =>
          file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
        ),
      )
      return [...new Set(found)].sort()
    },
  }
}

/** When a certificate should be replaced: at two thirds of its life. */
export const renewAt = ({ from, until }: Pick<Issued, 'from' | 'until'>): Date =>
  new Date(from.getTime() + ((until.getTime() - from.getTime()) * 2) / 3)
