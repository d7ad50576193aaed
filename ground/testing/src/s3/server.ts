// Somebody else's S3: HTTP or HTTPS, path-style and virtual-host style, every signature checked. It can be slow to
// serve, lose connections, or have a clock of its own.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { answer, type Call } from './answer.ts'
import { checkSignature, type Keys } from './check-signature.ts'
import { Objects } from './objects.ts'
import { Refusal, type RefusalCode } from './refusal.ts'

export { checkSignature } from './check-signature.ts'

export type S3Options = {
  readonly bucket?: string
  readonly region?: string
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Default: this machine's. */
  readonly clock?: () => number
  /** How many names one page of a list has. */
  readonly pageSize?: number
}

/** What goes wrong, for as many requests as said. `silence`: the request is read and never answered. */
export type Fault = {
  /** As `PUT backups/one`. */
  readonly on: RegExp
  readonly times: number
  /** `cut request`: the connection ends while the body comes; `cut answer`: half of the answer comes. */
  readonly how: 'AccessDenied' | 'SlowDown' | 'InternalError' | 'cut request' | 'cut answer' | 'silence'
}

export type S3Server = {
  /** What the settings of a bucket need. */
  readonly settings: Keys & { readonly endpoint: string; readonly bucket: string }
  readonly objects: Objects
  /** Every request that came, as `PUT backups/one?partNumber=1`. */
  readonly requests: string[]
  /** Until the returned function is called, at the latest. */
  readonly interfere: (fault: Fault) => () => void
  readonly stop: () => Promise<void>
}

const errorXml = (code: RefusalCode, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`

/** `/backups/one` at the endpoint, `/one` at `backups.endpoint`: both as `backups/one`. */
const nameOf = (request: IncomingMessage, bucket: string): { name: string; search: string } => {
  const [path = '', search] = (request.url ?? '').split('?')
  const isVirtual = request.headers.host?.startsWith(`${bucket}.`) ?? false
  const name = decodeURIComponent(`${isVirtual ? `${bucket}/` : ''}${path.slice(1)}`)
  return { name, search: search === undefined ? '' : `?${search}` }
}

type Wanted = Required<Omit<S3Options, 'tls'>>

const send = (response: ServerResponse, status: number, body: string | Buffer): void => {
  response.writeHead(status, {
    'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/xml',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

const sendHalf = (response: ServerResponse, bytes: Buffer): void => {
  response.writeHead(200, { 'content-length': bytes.length })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy())
}

/** Reads the request, judges it and answers. */
const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  store: { readonly objects: Objects; readonly keys: Keys; readonly wanted: Wanted },
  fault: Fault['how'] | undefined,
): Promise<void> => {
  const { objects, keys, wanted } = store
  const { method = '', url = '', headers } = request
  if (fault === 'cut request') {
    await once(request, 'data').catch(() => undefined)
    request.socket.destroy()
    return
  }
  const body = await buffer(request)
  if (fault === 'silence') return
  if (fault === 'AccessDenied') throw new Refusal('AccessDenied', 'Access Denied')
  if (fault === 'SlowDown') throw new Refusal('SlowDown', 'Please reduce your request rate.')
  if (fault === 'InternalError') throw new Refusal('InternalError', 'We encountered an internal error.')
  await checkSignature({ method, url, headers, body }, keys, wanted.clock())
  const { name, search } = nameOf(request, wanted.bucket)
  const [named, ...rest] = name.split('/')
  if (named !== wanted.bucket) throw new Refusal('NoSuchBucket', 'The specified bucket does not exist')
  const call: Call = { method, key: rest.join('/'), query: new URLSearchParams(search), headers, body }
  const { status, text, bytes, etag } = answer(objects, call, wanted)
  if (etag) response.setHeader('etag', etag)
  response.setHeader('last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT')
  if (fault === 'cut answer' && bytes) sendHalf(response, bytes)
  else send(response, status, bytes ?? text ?? '')
}

export const startS3 = async (options: S3Options = {}): Promise<S3Server> => {
  const { bucket = 'backups', region = 'us-east-1', clock = Date.now, pageSize = 1000, tls } = options
  const objects = new Objects()
  const keys: Keys = {
    accessKeyId: `AK${randomBytes(8).toString('hex')}`,
    secretAccessKey: randomBytes(20).toString('base64'),
    region,
  }
  const requests: string[] = []
  const faults: { readonly fault: Fault; left: number }[] = []
  const store = { objects, keys, wanted: { bucket, region, clock, pageSize } }

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { name, search } = nameOf(request, bucket)
    const line = `${request.method} ${name}${search}`
    requests.push(line)
    const found = faults.find(({ fault, left }) => left > 0 && fault.on.test(line))
    if (found) found.left -= 1
    response.setHeader('date', new Date(clock()).toUTCString())
    serve(request, response, store, found?.fault.how).catch((error) => {
      if (request.socket.destroyed) return
      const refusal = error instanceof Refusal ? error : new Refusal('InternalError', String(error))
      send(response, refusal.status, errorXml(refusal.code, refusal.message))
    })
  }
  const server = tls ? createSecureServer(tls, onRequest) : createServer(onRequest)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    settings: { ...keys, endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, bucket },
    objects,
    requests,
    interfere: (fault) => {
      const entry = { fault, left: fault.times }
      faults.push(entry)
      return () => {
        entry.left = 0
      }
    },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
