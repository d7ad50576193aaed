// The authority: a key and a certificate in a folder, made by whoever asks first.

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readSealedFile, writeSealedFile } from '@plinth/crypto'
import { writeCertificate } from './certificate.ts'

/** What a server shows and proves itself with. */
export type Identity = {
  /** Certificate and key as PEM. */
  readonly cert: string
  readonly key: string
  readonly until: Date
}

export type Authority = {
  /** The certificate that clients are given to trust, as PEM. */
  readonly certificate: string
  /** A server's identity for host names and addresses. */
  readonly issue: (names: readonly [string, ...string[]]) => Identity
}

const dayMs = 86_400_000
const authorityDays = 3650
/** Some clients refuse certificates that are good for longer. */
const serverDays = 397

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** From yesterday: clocks differ. */
const lifetime = (days: number) => {
  const from = new Date(Date.now() - dayMs)
  return { from, until: new Date(from.getTime() + days * dayMs) }
}

/** Beside and renamed: two who make one at once end up with the same. */
const make = async (folder: string, sealKey: Buffer): Promise<void> => {
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString('hex')}`
  const key = newKey()
  const name = `Plinth authority ${randomBytes(4).toString('hex')}`
  const certificate = writeCertificate({
    subject: name,
    issuer: name,
    key,
    issuerKey: key,
    names: [],
    ...lifetime(authorityDays),
  })
  await mkdir(dirname(folder), { recursive: true })
  await mkdir(draft, { mode: 0o700 })
  await writeSealedFile(join(draft, 'ca.key'), sealKey, pemOf(key))
  await writeFile(join(draft, 'ca.pem'), `${name}\n${certificate}`, { mode: 0o644, flush: true })
  await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
}

/** The authority kept in `folder`, its key sealed with `sealKey`; made when there is none. */
export const openAuthority = async (folder: string, sealKey: Buffer): Promise<Authority> => {
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  const text = await read('ca.pem').catch(async () => {
    await make(folder, sealKey)
    return read('ca.pem')
  })
  const issuerKey = createPrivateKey((await readSealedFile(join(folder, 'ca.key'), sealKey)) ?? '')
  const start = text.indexOf('-----BEGIN')
  const [issuer, certificate] = [text.slice(0, start).trim(), text.slice(start)]
  // One key for all names of this process: making one takes longer than signing.
  const key = newKey()
  const keyPem = pemOf(key)
  return {
    certificate,
    issue: (names) => {
      const { from, until } = lifetime(serverDays)
      const cert = writeCertificate({
        subject: names[0].slice(0, 64),
        issuer,
        key,
        issuerKey,
        from,
        until,
        names,
      })
      return { cert: `${cert}${certificate}`, key: keyPem, until }
    },
  }
}
