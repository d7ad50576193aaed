// The calls of S3 that are answered, by method and query.

import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'
import type { Objects } from './objects.ts'
import { Refusal } from './refusal.ts'

export type Call = {
  readonly method: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Answer = {
  readonly status: number
  readonly text?: string
  readonly bytes?: Buffer
  readonly etag?: string
}

const escapeXml = (text: string): string => text.replace(/[<>&]/g, (char) => `&#${char.charCodeAt(0)};`)
const unescapeXml = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

const document = (root: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`

const checkDigests = ({ headers, body }: Call): void => {
  const md5 = headers['content-md5']
  const crc = headers['x-amz-checksum-crc32']
  const mineCrc = Buffer.alloc(4)
  mineCrc.writeUInt32BE(crc32(body))
  const isRight =
    (md5 === undefined || md5 === createHash('md5').update(body).digest('base64')) &&
    (crc === undefined || crc === mineCrc.toString('base64'))
  if (!isRight) throw new Refusal('BadDigest', 'The digest you specified did not match what was received.')
}

type Place = { readonly bucket: string; readonly pageSize: number }

const modified = '2026-01-01T00:00:00.000Z'

const listPage = (objects: Objects, { query }: Call, { bucket, pageSize }: Place): Answer => {
  if (query.get('list-type') !== '2') throw new Refusal('NotImplemented', 'Only the second kind of list.')
  const token = query.get('continuation-token')
  const after = token ? Buffer.from(token, 'base64url').toString() : (query.get('start-after') ?? '')
  const delimiter = query.get('delimiter') ?? ''
  const { names, next } = objects.list({
    prefix: query.get('prefix') ?? '',
    delimiter,
    after,
    size: pageSize,
  })
  const found = names.map((name) =>
    delimiter !== '' && name.endsWith(delimiter)
      ? `<CommonPrefixes><Prefix>${escapeXml(name)}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${escapeXml(name)}</Key><Size>${objects.get(name).length}</Size><LastModified>${modified}</LastModified></Contents>`,
  )
  const more = next
    ? `<NextContinuationToken>${Buffer.from(next).toString('base64url')}</NextContinuationToken>`
    : ''
  const head = `<Name>${bucket}</Name><KeyCount>${names.length}</KeyCount><IsTruncated>${next !== undefined}</IsTruncated>`
  return { status: 200, text: document('ListBucketResult', `${head}${more}${found.join('')}`) }
}

const removeMany = (objects: Objects, call: Call): Answer => {
  checkDigests(call)
  const keys = [...call.body.toString().matchAll(/<Key>(.*?)<\/Key>/gs)].map(([, key = '']) =>
    unescapeXml(key),
  )
  for (const key of keys) objects.kept.delete(key)
  return { status: 200, text: document('DeleteResult', '') }
}

const finishUpload = (objects: Objects, { query, body, key }: Call, { bucket }: Place): Answer => {
  const parts = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: unescapeXml(/<ETag>(.*?)<\/ETag>/.exec(part)?.[1] ?? ''),
  }))
  const etag = objects.finish(query.get('uploadId') ?? '', parts)
  const content = `<Bucket>${bucket}</Bucket><Key>${escapeXml(key)}</Key><ETag>${etag}</ETag>`
  return { status: 200, text: document('CompleteMultipartUploadResult', content) }
}

const put = (objects: Objects, call: Call): Answer => {
  checkDigests(call)
  const { query, key, body } = call
  const upload = query.get('uploadId')
  if (upload === null) return { status: 200, etag: objects.put(key, body) }
  return { status: 200, etag: objects.putPart(upload, Number(query.get('partNumber')), body) }
}

const post = (objects: Objects, call: Call, place: Place): Answer => {
  const { query, key } = call
  if (query.has('delete')) return removeMany(objects, call)
  if (query.has('uploadId')) return finishUpload(objects, call, place)
  if (!query.has('uploads')) throw new Refusal('NotImplemented', 'This call is not answered.')
  const content = `<Bucket>${place.bucket}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${objects.begin(key)}</UploadId>`
  return { status: 200, text: document('InitiateMultipartUploadResult', content) }
}

/** All of an object, or the part that `Range` asks for. */
const get = (objects: Objects, { key, headers }: Call): Answer => {
  const bytes = objects.get(key)
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  if (first === undefined) return { status: 200, bytes }
  return { status: 206, bytes: bytes.subarray(Number(first), last ? Number(last) + 1 : undefined) }
}

const remove = (objects: Objects, { key, query }: Call): Answer => {
  const upload = query.get('uploadId')
  if (upload === null) objects.kept.delete(key)
  else objects.abort(upload)
  return { status: 204 }
}

/** Fails with what S3 would answer. */
export const answer = (objects: Objects, call: Call, place: Place): Answer => {
  const { method, key } = call
  if (method === 'GET' && key === '') return listPage(objects, call, place)
  if (method === 'GET' || method === 'HEAD') return get(objects, call)
  if (method === 'PUT') return put(objects, call)
  if (method === 'POST') return post(objects, call, place)
  if (method === 'DELETE') return remove(objects, call)
  throw new Refusal('NotImplemented', 'This call is not answered.')
}
