// The first packets of a Postgres client: what it wants, which project it means, and the same packet as the
// project's own server expects it. Text is read byte by byte (latin1): other encodings pass unharmed.

import type { Refusal } from './refusals.ts'

/** Real ones have some hundred bytes; Postgres itself takes 10000. */
export const maxPacketBytes = 10_000

export type FirstPacket =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'ssl' | 'gss'; readonly size: number }
  /** The beginning of a TLS handshake. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'cancel'; readonly size: number; readonly key: string }
  | { readonly kind: 'startup'; readonly size: number; readonly startup: Startup }

export type Startup = {
  readonly version: number
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

const codes = { cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 }

/** First byte of a TLS record; no packet of ours is so long that it would begin so. */
const tlsHandshake = 0x16

/** The packet at the beginning of the bytes. */
export const readFirstPacket = (bytes: Buffer): FirstPacket => {
  if (bytes[0] === tlsHandshake) return { kind: 'hello' }
  if (bytes.length < 4) return { kind: 'incomplete' }
  const size = bytes.readInt32BE(0)
  if (size < 8 || size > maxPacketBytes) return { kind: 'malformed' }
  if (bytes.length < size) return { kind: 'incomplete' }
  const code = bytes.readInt32BE(4)
  if (code === codes.ssl) return { kind: 'ssl', size }
  if (code === codes.gss) return { kind: 'gss', size }
  if (code === codes.cancel) return { kind: 'cancel', size, key: bytes.toString('hex', 8, size) }
  const parameters = readParameters(bytes.toString('latin1', 8, size))
  return parameters === undefined
    ? { kind: 'malformed' }
    : { kind: 'startup', size, startup: { version: code, parameters } }
}

/** `name NUL value NUL … NUL`. */
const readParameters = (text: string): Startup['parameters'] | undefined => {
  const parts = text.split('\0')
  // The list ends with an empty name, and the text after the last NUL is empty.
  if (parts.length < 2 || parts.length % 2 !== 0 || parts.at(-1) !== '' || parts.at(-2) !== '')
    return undefined
  const parameters: [string, string][] = []
  for (let index = 0; index + 2 < parts.length; index += 2) {
    const name = parts[index] ?? ''
    if (name === '') return undefined
    parameters.push([name, parts[index + 1] ?? ''])
  }
  return parameters
}

export const writeStartup = ({ version, parameters }: Startup): Buffer => {
  const text = `${parameters.map(([name, value]) => `${name}\0${value}\0`).join('')}\0`
  const packet = Buffer.alloc(8 + text.length)
  packet.writeInt32BE(packet.length, 0)
  packet.writeInt32BE(version, 4)
  packet.write(text, 8, 'latin1')
  return packet
}

export type Addressed = { readonly ref: string; readonly startup: Startup }

const refShape = /^[a-z]{20}$/
/** Also as in an address (`options=reference=…&…`). */
const referenceOption = /(?:^|[\s&])(?:-c\s*|--)?reference=([a-z]{20})(?=[\s&]|$)/

/**
 * Which project is meant, and the packet without the address: from `role.ref` as user, or `reference=ref` in
 * `options`, or the ref that the client's server name gave.
 */
export const findAddress = (startup: Startup, named?: string): Addressed | undefined => {
  const { version, parameters } = startup
  const user = parameters.findLast(([name]) => name === 'user')?.[1] ?? ''
  const dot = user.lastIndexOf('.')
  const suffix = user.slice(dot + 1)
  if (dot > 0 && refShape.test(suffix))
    return {
      ref: suffix,
      startup: { version, parameters: withValue(parameters, 'user', user.slice(0, dot)) },
    }

  const options = parameters.findLast(([name]) => name === 'options')?.[1] ?? ''
  const ref = referenceOption.exec(options)?.[1]
  if (ref === undefined) return named === undefined ? undefined : { ref: named, startup }
  if (user === '') return undefined
  const rest = options.replace(referenceOption, '').trim()
  return { ref, startup: { version, parameters: withValue(parameters, 'options', rest) } }
}

/** The parameters with one value in place of all of that name; an empty one is left out. */
const withValue = (parameters: Startup['parameters'], name: string, value: string): Startup['parameters'] => {
  const others = parameters.filter(([other]) => other !== name)
  return value === '' ? others : [[name, value], ...others]
}

/** An ErrorResponse that ends the connection. */
export const fatal = ({ sqlstate, message, hint }: Refusal): Buffer => {
  const fields = [
    'SFATAL',
    'VFATAL',
    `C${sqlstate}`,
    `M${message}`,
    ...(hint === undefined ? [] : [`H${hint}`]),
  ]
  const body = Buffer.from(`${fields.join('\0')}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
