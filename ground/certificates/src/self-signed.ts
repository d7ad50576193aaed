// A certificate that is nothing but a vessel for an RSA key: the same key and name give the same bytes, so whoever
// keeps it has no reason to renew it.

import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { bits, integer, none, octets, oid, sequence, set, tagged, text, time, yes } from './der.ts'

export type Vessel = {
  /** Private, RSA. */
  readonly key: KeyObject
  readonly subject: string
  /** DNS name it carries. */
  readonly name: string
  readonly mayEncrypt: boolean
}

const oids = {
  sha256WithRsa: '1.2.840.113549.1.1.11',
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
} as const

const context = { dnsName: 0x82, version: 0xa0, extensions: 0xa3 } as const
const algorithm = sequence(oid(oids.sha256WithRsa), none)
const from = new Date(0)
const until = new Date('2170-01-01T00:00:00Z')

/** digitalSignature, and dataEncipherment with keyEncipherment. */
const usageOf = (mayEncrypt: boolean): Buffer =>
  mayEncrypt ? bits(Buffer.from([0b1011_0000]), 4) : bits(Buffer.from([0b1000_0000]), 7)

/** DER bytes. */
export const writeVessel = ({ key, subject, name, mayEncrypt }: Vessel): Buffer => {
  const distinguished = sequence(set(sequence(oid(oids.commonName), text(subject))))
  const extensions = sequence(
    sequence(oid(oids.keyUsage), yes, octets(usageOf(mayEncrypt))),
    sequence(oid(oids.subjectAltName), octets(sequence(tagged(context.dnsName, Buffer.from(name))))),
  )
  const signed = sequence(
    tagged(context.version, integer(Buffer.from([2]))),
    integer(Buffer.from([0])),
    algorithm,
    distinguished,
    sequence(time(from), time(until)),
    distinguished,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tagged(context.extensions, extensions),
  )
  return sequence(signed, algorithm, bits(sign('sha256', signed, key)))
}
