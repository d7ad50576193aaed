// Whether a request carries the signature that its secret gives (AWS Signature Version 4, in the header), judged by the
// library that AWS publishes, over what came by the wire.

import { createHash, createHmac, type Hash, type Hmac, hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { Refusal } from './refusal.ts'

export type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly region: string }

export type SignedRequest = {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** As the library wants one. */
class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    // The library passes bytes or text.
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as Uint8Array)
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {
    throw new Error('not used')
  }
}

const MAX_SKEW_MS = 15 * 60_000
const shape =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

const momentOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

const queryOf = (search: string): Record<string, string[]> => {
  const query: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(search.replaceAll('+', '%2B')))
    query[name] = [...(query[name] ?? []), value]
  return query
}

const checkPayload = ({ headers, body }: SignedRequest): void => {
  const said = headers['x-amz-content-sha256']
  if (said === 'UNSIGNED-PAYLOAD') return
  if (typeof said !== 'string' || !/^[0-9a-f]{64}$/.test(said))
    throw new Refusal('NotImplemented', `A payload of the form ${said} is not taken.`)
  if (said !== hash('sha256', body))
    throw new Refusal(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
}

/** Fails with what S3 would answer. */
export const checkSignature = async (request: SignedRequest, keys: Keys, now: number): Promise<void> => {
  const { method, url, headers } = request
  const parts = shape.exec(headers.authorization ?? '')
  if (!parts) throw new Refusal('AccessDenied', 'Access Denied')
  const [, accessKeyId = '', day = '', region = '', signed = '', signature = ''] = parts
  if (accessKeyId !== keys.accessKeyId)
    throw new Refusal(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  if (region !== keys.region)
    throw new Refusal(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${keys.region}'`,
    )
  const at = momentOf(String(headers['x-amz-date']))
  if (!(Math.abs(at - now) <= MAX_SKEW_MS) || !String(headers['x-amz-date']).startsWith(day))
    throw new Refusal(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    )
  checkPayload(request)
  const names = signed.split(';')
  if (!names.includes('host')) throw new Refusal('AccessDenied', 'The host must be signed.')
  const [path = '/', search = ''] = url.split('?', 2)
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: keys,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const mine = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: String(headers.host),
      path,
      query: queryOf(search),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '')])),
    },
    { signingDate: new Date(at), signableHeaders: new Set(names) },
  )
  if (!mine.headers['authorization']?.endsWith(`Signature=${signature}`))
    throw new Refusal(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
}
