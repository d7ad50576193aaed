// What a Postgres client says first, and the encryption it may ask for before: after `SSLRequest`, or at once with
// a TLS hello (`sslnegotiation=direct`).

import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificates } from './certificates.ts'
import { type FirstPacket, readFirstPacket } from './startup-packet.ts'

export type FirstWords = {
  readonly packet: Extract<FirstPacket, { kind: 'cancel' | 'startup' }>
  /** The packet and whatever came behind it. */
  readonly bytes: Buffer
  /** Where to go on reading and writing; paused. */
  readonly client: Socket
  /** The host name the client asked for, when it speaks TLS and said it. */
  readonly serverName: string | undefined
}

/** Requests for encryption a client may make before it must come to the point: TLS and GSS. */
const mostEncryptionRequests = 2
const protocol = 'postgresql'

/** `undefined` when the client goes, dawdles or talks nonsense. */
export const readFirstWords = async (
  socket: Socket,
  certificates: Certificates,
  patienceMs: number,
): Promise<FirstWords | undefined> => {
  const timer = setTimeout(() => socket.destroy(), patienceMs)
  try {
    return await converse(socket, certificates)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

const converse = async (socket: Socket, certificates: Certificates): Promise<FirstWords | undefined> => {
  let client = socket
  let heard = await hear(client)
  for (let asked = 0; heard !== undefined && asked <= mostEncryptionRequests; asked += 1) {
    const { packet, bytes } = heard
    if (packet.kind === 'cancel' || packet.kind === 'startup')
      return { packet, bytes, client, serverName: nameOf(client) }
    if (asked === mostEncryptionRequests) return undefined
    const next = await answer(client, heard, certificates)
    if (next === undefined) return undefined
    client = next.client
    heard = await hear(client, next.rest)
  }
  return undefined
}

type Next = { readonly client: Socket; readonly rest?: Buffer }

/** Answers a wish for encryption: where to go on, and what has come there already. */
const answer = async (
  client: Socket,
  { packet, bytes }: Heard,
  certificates: Certificates,
): Promise<Next | undefined> => {
  const isPlain = !(client instanceof TLSSocket)
  if (packet.kind === 'hello' && isPlain) {
    client.unshift(bytes)
    return { client: await secure(client, certificates, true) }
  }
  if (packet.kind !== 'ssl' && packet.kind !== 'gss') return undefined
  if (packet.kind === 'gss' || !isPlain) {
    client.write('N')
    return { client, rest: bytes.subarray(packet.size) }
  }
  // Bytes that came before the encryption are not the client's.
  if (bytes.length > packet.size) return undefined
  client.write('S')
  return { client: await secure(client, certificates, false) }
}

const nameOf = (client: Socket): string | undefined => {
  const name = client instanceof TLSSocket ? client.servername : undefined
  return typeof name === 'string' ? name.toLowerCase() : undefined
}

type Heard = { readonly packet: FirstPacket; readonly bytes: Buffer }

/** The next whole packet. */
const hear = (client: Socket, begun: Buffer = Buffer.alloc(0)): Promise<Heard | undefined> =>
  new Promise((resolve) => {
    let bytes = begun
    const finish = (heard?: Heard) => {
      client.off('data', read).off('close', gone).pause()
      resolve(heard)
    }
    const gone = () => finish()
    const look = () => {
      const packet = readFirstPacket(bytes)
      if (packet.kind !== 'incomplete') finish({ packet, bytes })
    }
    const read = (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      look()
    }
    client.on('data', read).once('close', gone).resume()
    look()
  })

/** Resolves when the handshake is done. A client that begins with TLS must name the protocol, as Postgres demands. */
const secure = (socket: Socket, certificates: Certificates, isDirect: boolean): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const client = new TLSSocket(socket, {
      isServer: true,
      secureContext: certificates.find(undefined).context,
      SNICallback: (name, done) => done(null, certificates.find(name).context),
      ALPNProtocols: [protocol],
    })
    const failed = () => {
      client.destroy()
      reject(new Error('The TLS handshake failed.'))
    }
    client.on('error', failed).once('close', failed)
    client.once('secure', () => {
      client.off('close', failed)
      if (isDirect && client.alpnProtocol !== protocol) failed()
      else resolve(client)
    })
  })
