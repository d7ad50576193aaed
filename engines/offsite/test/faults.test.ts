// Everything that can be wrong with a bucket: it is said in words that tell what to do, tried again where that helps, and
// nothing is lost or half there.

import { randomBytes } from 'node:crypto'
import dns from 'node:dns'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { inspect } from 'node:util'
import { openAuthority } from '@plinth/certificates'
import { type Bucket, fetchAll, mirrorArchive, openBucket, openPlace } from '@plinth/offsite'
import { checkSignature, type S3Options, type S3Server, startS3 } from '@plinth/testing/s3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

const key = randomBytes(32)
const trusted = getCACertificates()
let folder: string
let open: { stop: () => Promise<void> | void }[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-s3-'))
  open = []
})
afterEach(async () => {
  vi.restoreAllMocks()
  setDefaultCACertificates(trusted)
  for (const { stop } of open.reverse()) await stop()
  rmSync(folder, { recursive: true })
})

const start = async (options: S3Options = {}): Promise<S3Server> => {
  const server = await startS3(options)
  open.push(server)
  return server
}
const use = (settings: Parameters<typeof openBucket>[0]): Bucket => {
  const bucket = openBucket(settings)
  open.push({ stop: bucket.close })
  return bucket
}
/** Somebody else's certificate for this address. */
const identityOf = async (name: string, at = 'ca') => (await openAuthority(join(folder, at))).issue([name])
const trust = async (at = 'ca') =>
  setDefaultCACertificates([...trusted, (await openAuthority(join(folder, at))).certificate])

const expired = async () => {
  vi.useFakeTimers({ now: Date.now() - 500 * 86_400_000, toFake: ['Date'] })
  try {
    return await identityOf('127.0.0.1')
  } finally {
    vi.useRealTimers()
  }
}

type Case = {
  readonly name: string
  readonly server?: () => Promise<S3Options>
  readonly settings?: Partial<Parameters<typeof openBucket>[0]>
  readonly message: RegExp
  readonly hint: RegExp
}
const cases: readonly Case[] = [
  {
    name: 'a wrong secret',
    settings: { secretAccessKey: 'wrong' },
    message: /signature we calculated does not match/,
    hint: /secretAccessKey/,
  },
  {
    name: 'an unknown key',
    settings: { accessKeyId: 'AKIANOBODY' },
    message: /Access Key Id you provided does not exist/,
    hint: /accessKeyId/,
  },
  {
    name: 'a bucket that does not exist',
    settings: { bucket: 'nowhere' },
    message: /bucket nowhere cannot be used: The specified bucket does not exist/,
    hint: /Create the bucket/,
  },
  {
    name: 'another region',
    settings: { region: 'eu-9' },
    message: /region 'eu-9' is wrong/,
    hint: /region/,
  },
  {
    name: 'an authority that nobody knows',
    server: async () => ({ tls: await identityOf('127.0.0.1', 'stranger') }),
    message: /certificate/,
    hint: /NODE_EXTRA_CA_CERTS/,
  },
  {
    name: 'a certificate that has expired',
    server: async () => ({ tls: await expired() }),
    message: /expired/,
    hint: /renewed/,
  },
  {
    name: "another host's certificate",
    server: async () => ({ tls: await identityOf('elsewhere.example') }),
    message: /altnames/,
    hint: /endpoint/,
  },
  {
    name: 'nobody there',
    settings: { endpoint: 'http://127.0.0.1:1' },
    message: /ECONNREFUSED/,
    hint: /endpoint/,
  },
]

test.each(cases)('$name is said in words, and what to do', async ({ server, settings, message, hint }) => {
  const { settings: right } = await start(await server?.())
  await trust()
  const error = await use({ ...right, ...settings })
    .list('')
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'bucket_refused', message: expect.stringMatching(message) })
  expect(error).toMatchObject({ hint: expect.stringMatching(hint) })
  expect(inspect(error, { depth: 9 })).not.toContain(right.secretAccessKey)
})

const megabytes = (count: number) => randomBytes(count * 2 ** 20)

test('by TLS with an authority of its own, large objects in parts, names that need escaping', async () => {
  const server = await start({ tls: await identityOf('127.0.0.1') })
  await trust()
  const bucket = use(server.settings)
  const body = megabytes(12)
  const names = ['large', "a b+c%d'e&f=g(ü)*!", 'x/<y>&z']
  for (const name of names) await bucket.put(name, Readable.from([name === 'large' ? body : 'small']))
  expect(server.requests.filter((line) => /^PUT .*partNumber/.test(line)).length).toBe(3)
  expect(server.objects.kept.get('large')?.equals(body)).toBe(true)
  expect(server.objects.uploads.size).toBe(0)
  expect([...(await bucket.list(''))].sort()).toEqual([...names].sort())
  expect((await Readable.from(await bucket.get('x/<y>&z')).toArray()).join('')).toBe('small')
  await bucket.remove(names)
  expect(server.objects.kept.size).toBe(0)
})

test('the bucket before the host name', async () => {
  const server = await start({ tls: await identityOf('backups.store.example') })
  await trust()
  // What a name server would say.
  const lookup = vi.spyOn(dns, 'lookup')
  lookup.mockImplementation(((_host: string, options: { all?: boolean }, done: (...a: unknown[]) => void) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as never)
  const { port } = new URL(server.settings.endpoint)
  const bucket = use({
    ...server.settings,
    endpoint: `https://store.example:${port}`,
    pathStyle: false,
  })
  await bucket.put('one', Readable.from(['1']))
  expect(await bucket.list('')).toEqual(['one'])
  expect(lookup.mock.calls.every(([host]) => host === 'backups.store.example')).toBe(true)
})

test("a clock that is wrong by an hour is corrected by the server's", async () => {
  const server = await start({ clock: () => Date.now() + 3_600_000 })
  const bucket = use(server.settings)
  await bucket.put('one', Readable.from(['1']))
  expect(await bucket.list('')).toEqual(['one'])
})

const archive = () => join(folder, 'archive/one')
const write = (file: string, bytes: string | Buffer) => {
  mkdirSync(join(archive(), file, '..'), { recursive: true })
  writeFileSync(join(archive(), file), bytes)
}
const read = (file: string) => readFileSync(join(folder, 'back/archive/one', file))
const mirror = (bucket: Bucket, known = new Map<string, string>()) =>
  mirrorArchive({ place: openPlace(bucket, key), folder: archive(), name: 'one', known })
const fetchBack = (bucket: Bucket) => fetchAll({ place: openPlace(bucket, key), data: join(folder, 'back') })

test.each([
  { how: 'SlowDown', on: /./, times: 2 },
  { how: 'InternalError', on: /PUT/, times: 2 },
  { how: 'cut request', on: /PUT/, times: 2 },
  { how: 'cut answer', on: /GET .*pieces/, times: 2 },
] as const)('$how passes, and everything is there', async ({ how, on, times }) => {
  const server = await start()
  const bucket = use(server.settings)
  const content = megabytes(5)
  write('base/20260101T000000Z-aa/data/large', content)
  write('base/20260101T000000Z-aa/data/small', 'small')
  server.interfere({ how, on, times })
  await mirror(bucket)
  await fetchBack(bucket)
  expect(read('base/20260101T000000Z-aa/data/large').equals(content)).toBe(true)
  expect(server.objects.uploads.size).toBe(0)
})

test('an upload that was interrupted goes on where it was, and is not taken for a backup until it is whole', async () => {
  const server = await start()
  const bucket = use(server.settings)
  write('base/20260101T000000Z-aa/data/large', megabytes(13))

  const controller = new AbortController()
  const place = openPlace(bucket, key)
  const stopped = mirrorArchive({
    place: {
      ...place,
      put: async (...args) => {
        await place.put(...args)
        if (server.objects.kept.size === 3) controller.abort()
      },
    },
    folder: archive(),
    name: 'one',
    known: new Map(),
    signal: controller.signal,
  })
  await expect(stopped).rejects.toThrow()
  expect((await place.list('archive/one/base/')).length).toBe(0)
  // Another process: what it knows, it learns from the bucket.
  server.requests.splice(0)
  await mirror(bucket)
  expect(server.requests.filter((line) => /^PUT .*pieces/.test(line)).length).toBe(1)
  await fetchBack(bucket)
  expect(read('base/20260101T000000Z-aa/data/large').length).toBe(13 * 2 ** 20)
})

test('of a second backup only what changed is sent, and it leaves with the last one that needs it', async () => {
  const server = await start()
  const bucket = use(server.settings)
  const content = megabytes(10)
  write('base/20260101T000000Z-aa/data/large', content)
  for (let n = 0; n < 300; n++) write(`base/20260101T000000Z-aa/data/small/${n}`, `small ${n}`)
  const known = new Map<string, string>()
  await mirror(bucket, known)
  const before = server.objects.kept.size
  content[5 * 2 ** 20] = (content[5 * 2 ** 20] ?? 0) ^ 1
  write('base/20260102T000000Z-bb/data/large', content)
  for (let n = 0; n < 300; n++) write(`base/20260102T000000Z-bb/data/small/${n}`, `small ${n}`)
  write('base/20260102T000000Z-bb/data/small/more', 'one more')
  await mirror(bucket, known)
  // One piece of the large file, one group of small ones, and the list.
  expect(server.objects.kept.size - before).toBe(3)
  await fetchBack(bucket)
  expect(read('base/20260102T000000Z-bb/data/large').equals(content)).toBe(true)
  expect(read('base/20260102T000000Z-bb/data/small/299').toString()).toBe('small 299')
  expect(read('base/20260102T000000Z-bb/data/small/more').toString()).toBe('one more')

  rmSync(join(archive(), 'base/20260101T000000Z-aa'), { recursive: true })
  await mirror(bucket, known)
  expect(server.objects.kept.size).toBe(before)
  rmSync(join(folder, 'back'), { recursive: true })
  await fetchBack(bucket)
  expect(read('base/20260102T000000Z-bb/data/large').equals(content)).toBe(true)
})

test('a recovery that was interrupted goes on', async () => {
  const server = await start()
  const bucket = use(server.settings)
  for (const id of ['aa', 'bb']) write(`base/20260101T000000Z-${id}/data/large`, megabytes(5))
  await mirror(bucket)
  const place = openPlace(bucket, key)
  let reads = 0
  const failing = {
    ...place,
    read: async (name: string) => {
      reads += 1
      if (reads === 5) throw new Error('the power went off')
      return place.read(name)
    },
  }
  await expect(fetchAll({ place: failing, data: join(folder, 'back') })).rejects.toThrow('the power')
  server.requests.splice(0)
  await fetchBack(bucket)
  expect(server.requests.some((line) => line.includes('-aa'))).toBe(false)
  for (const id of ['aa', 'bb']) {
    const path = `base/20260101T000000Z-${id}/data/large`
    expect(read(path).equals(readFileSync(join(archive(), path)))).toBe(true)
  }
})

test("a server that checks signatures agrees with Amazon's published example", async () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Object"
  const request = {
    method: 'GET',
    url: '/test.txt',
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-date': '20130524T000000Z',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    body: Buffer.alloc(0),
  }
  const keys = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
  }
  const at = Date.parse('2013-05-24T00:00:00Z')
  await checkSignature(request, keys, at)
  await expect(checkSignature({ ...request, url: '/test.txt?x=1' }, keys, at)).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  })
  await expect(checkSignature({ ...request, body: Buffer.from('x') }, keys, at)).rejects.toMatchObject({
    code: 'XAmzContentSHA256Mismatch',
  })
})
