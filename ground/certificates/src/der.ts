// As much of DER (ITU-T X.690) as certificates need. Writes only.

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  none: 0x05,
  oid: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

const lengthOf = (size: number): Buffer => {
  if (size < 0x80) return Buffer.from([size])
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(size)
  const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([0x80 | short.length]), short])
}

/** Tag, length, contents. */
export const tagged = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

export const sequence = (...items: readonly Buffer[]): Buffer => tagged(tags.sequence, ...items)
export const set = (...items: readonly Buffer[]): Buffer => tagged(tags.set, ...items)
export const octets = (content: Buffer): Buffer => tagged(tags.octets, content)
export const text = (content: string): Buffer => tagged(tags.text, Buffer.from(content))
export const none = tagged(tags.none)
export const yes = tagged(tags.boolean, Buffer.from([0xff]))

/** A positive number; a leading one bit would make it a negative one. */
export const integer = (bytes: Buffer): Buffer =>
  tagged(tags.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes)

export const bits = (content: Buffer, unused = 0): Buffer => tagged(tags.bits, Buffer.from([unused]), content)

/** `2.5.4.3` */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(tags.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

const base128 = (value: number): number[] => {
  const digits = [value & 0x7f]
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80)
  return digits
}

/** Years before 2050 have two digits (RFC 5280 §4.1.2.5). */
export const time = (at: Date): Buffer => {
  const digits = at.toISOString().replace(/\.\d+|[-:T]/g, '')
  return at.getUTCFullYear() < 2050
    ? tagged(tags.utcTime, Buffer.from(digits.slice(2)))
    : tagged(tags.time, Buffer.from(digits))
}
