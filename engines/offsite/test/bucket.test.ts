// The bucket of an operator: reached the ways that such stores want, and whatever is wrong with it is said in words that
// tell what to do.

import dns from 'node:dns'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import type { openBucket } from '@plinth/offsite'
import { checkSignature, type S3Options } from '@plinth/testing/s3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { eachWithItsBucket, identityOf, megabytes, nobody, start, trust, use } from './bucket-of-a-test.ts'

eachWithItsBucket()

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
  readonly address?: () => Promise<string>
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
    address: nobody,
    message: /ECONNREFUSED/,
    hint: /endpoint/,
  },
]

test.each(cases)('$name is said in words, and what to do', async (one) => {
  const { server, settings, address, message, hint } = one
  const { settings: right } = await start(await server?.())
  await trust()
  const endpoint = (await address?.()) ?? right.endpoint
  const error = await use({ ...right, endpoint, ...settings })
    .list('')
    .catch((thrown: unknown) => thrown)
  expect((error as Error).message).toMatch(message)
  expect(error).toMatchObject({ code: 'bucket_refused' })
  expect(error).toMatchObject({ hint: expect.stringMatching(hint) })
  expect(inspect(error, { depth: 9 })).not.toContain(right.secretAccessKey)
})

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
  onTestFinished(() => lookup.mockRestore())
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
