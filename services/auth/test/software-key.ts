// A security key in software: makes and uses keys as an authenticator does, and can be told to misbehave.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

type Cbor = number | string | Uint8Array | ReadonlyMap<number, Cbor> | { readonly [key: string]: Cbor }

const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255])

const encode = (value: Cbor): Buffer => {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const entries: [number | string, Cbor][] =
    value instanceof Map ? [...value.entries()] : Object.entries(value as Record<string, Cbor>)
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, one]) => [encode(key), encode(one)]),
  ])
}

const present = 1
const verified = 4
const attested = 64

type Mischief = { readonly origin?: string; readonly rpId?: string; readonly flags?: number }

export type SoftwareKey = {
  readonly id: string
  readonly create: (options: any, mischief?: Mischief) => object
  readonly get: (options: any, mischief?: Mischief & { readonly userHandle?: string }) => object
  /** Sets how often it was used. */
  counter: number
}

/** `aaguid`: 32 hex digits, the model it says it is. */
export const softwareKey = (origin: string, aaguid = '0'.repeat(32), idBytes = 32): SoftwareKey => {
  const id = randomBytes(idBytes)
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKey: KeyObject = pair.privateKey
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' })
  const cose = encode(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )
  let handle = ''
  const clientData = (type: string, challenge: string, from = origin) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }))
  const authData = (rpId: string, flags: number, counter: number, rest: readonly Uint8Array[] = []) => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const site = createHash('sha256').update(rpId).digest()
    return Buffer.concat([site, Buffer.from([flags]), count, ...rest])
  }
  const self: SoftwareKey = {
    id: id.toString('base64url'),
    counter: 0,
    create: (options, mischief = {}) => {
      handle = options.user.id
      const flags = mischief.flags ?? present | verified | attested
      const length = Buffer.from([id.length >> 8, id.length & 255])
      const key = [Buffer.from(aaguid, 'hex'), length, id, cose]
      const data = authData(mischief.rpId ?? options.rp.id, flags, self.counter, key)
      return {
        id: self.id,
        rawId: self.id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, mischief.origin).toString(
            'base64url',
          ),
          attestationObject: encode({ fmt: 'none', attStmt: {}, authData: data }).toString('base64url'),
          transports: ['usb', 'carrier-pigeon'],
        },
        clientExtensionResults: {},
      }
    },
    get: (options, mischief = {}) => {
      self.counter += 1
      const data = authData(mischief.rpId ?? options.rpId, mischief.flags ?? present | verified, self.counter)
      const client = clientData('webauthn.get', options.challenge, mischief.origin)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        id: self.id,
        rawId: self.id,
        type: 'public-key',
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
          userHandle: mischief.userHandle ?? handle,
        },
        clientExtensionResults: {},
      }
    },
  }
  return self
}
