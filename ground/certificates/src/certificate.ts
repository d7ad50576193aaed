// One X.509 certificate (RFC 5280), signed with ECDSA and SHA-256.

import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'
import { bits, integer, octets, oid, sequence, set, tagged, text, time, yes } from './der.ts'

export type Contents = {
  readonly subject: string
  readonly issuer: string
  /** Whose certificate it is. */
  readonly key: KeyObject
  readonly issuerKey: KeyObject
  readonly from: Date
  readonly until: Date
  /** Host names and addresses it is good for; none: it is an authority's. */
  readonly names: readonly string[]
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const

const algorithm = sequence(oid(oids.ecdsaWithSha256))

const nameOf = (name: string): Buffer => sequence(set(sequence(oid(oids.commonName), text(name))))

const publicPart = (key: KeyObject): Buffer =>
  (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' })

const idOf = (key: KeyObject): Buffer => createHash('sha1').update(publicPart(key)).digest()

const extension = (id: string, value: Buffer, ...critical: readonly Buffer[]): Buffer =>
  sequence(oid(id), ...critical, octets(value))

const context = { issuerKeyId: 0x80, dnsName: 0x82, address: 0x87, version: 0xa0, extensions: 0xa3 } as const

const addressBytes = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::')
  const words = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16))
  const [first, last] = [words(head), words(tail)]
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]))
}

const alternative = (name: string): Buffer =>
  isIP(name) === 0 ? tagged(context.dnsName, Buffer.from(name)) : tagged(context.address, addressBytes(name))

/** keyCertSign and cRLSign; or digitalSignature alone. */
const usage = { authority: bits(Buffer.from([0b0000_0110]), 1), server: bits(Buffer.from([0b1000_0000]), 7) }

const extensionsOf = ({ key, issuerKey, names }: Contents): readonly Buffer[] => {
  const isAuthority = names.length === 0
  const ids = [
    extension(oids.subjectKeyId, octets(idOf(key))),
    extension(oids.authorityKeyId, sequence(tagged(context.issuerKeyId, idOf(issuerKey)))),
  ]
  if (isAuthority)
    return [
      ...ids,
      extension(oids.basicConstraints, sequence(yes, integer(Buffer.from([0]))), yes),
      extension(oids.keyUsage, usage.authority, yes),
    ]
  return [
    ...ids,
    extension(oids.basicConstraints, sequence(), yes),
    extension(oids.keyUsage, usage.server, yes),
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
    extension(oids.subjectAltName, sequence(...names.map(alternative))),
  ]
}

/** PEM text of a signed certificate. */
export const writeCertificate = (contents: Contents): string => {
  const version3 = tagged(context.version, integer(Buffer.from([2])))
  // Twenty bytes at most, positive and not zero.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)])
  const signed = sequence(
    version3,
    integer(serial),
    algorithm,
    nameOf(contents.issuer),
    sequence(time(contents.from), time(contents.until)),
    nameOf(contents.subject),
    publicPart(contents.key),
    tagged(context.extensions, sequence(...extensionsOf(contents))),
  )
  const whole = sequence(signed, algorithm, bits(sign('sha256', signed, contents.issuerKey)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
