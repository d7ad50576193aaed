// What we read ourselves is what node would have read, byte for byte; everything else node does read.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bodyLimit, normal, openTwoServers, type TwoServers, talk } from './two-servers.ts'

let folder = ''
let two: TwoServers
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plain-'))
  two = await openTwoServers(folder)
})
afterAll(async () => {
  await two.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  two.taken.length = 0
})

const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n\r\n`
const get = (path: string, ...more: readonly string[]) => lines(`GET ${path} HTTP/1.1`, 'host: a', ...more)
const post = (path: string, body: string, ...more: readonly string[]) =>
  `${lines(`POST ${path} HTTP/1.1`, 'host: a', `content-length: ${body.length}`, ...more)}${body}`

const answersOf = async (pieces: readonly string[]) => {
  const [ours, usual] = await Promise.all([talk(two.ours, pieces), talk(two.usual, pieces)])
  return { ours: normal(ours), usual: normal(usual) }
}

const plain: Readonly<Record<string, string>> = {
  'a read': get('/rest/a?b=c'),
  'a header with blanks around, and an empty one': get('/rest/a', 'x-a:  \tb c\t ', 'x-b:', 'x-c:   '),
  'names in any case': get('/rest/a', 'X-Upper: A', 'Accept: */*'),
  'bytes that are no ASCII': get('/rest/a', 'x-a: h\xe9'),
  'that it goes on': get('/rest/a', 'connection: keep-alive'),
  'a number as a name': get('/rest/a', 'x: y', '7: seven', 'z: y'),
  'a HEAD': lines('HEAD /rest/a HTTP/1.1', 'host: a'),
  'a body': post('/rest/a', '{"a":1}'),
  'a read with a body': `${get('/rest/a', 'content-length: 2')}{}`,
  'a body of nothing': post('/rest/a', ''),
  'a body that is too long': post('/rest/a', 'x'.repeat(bodyLimit + 1)),
  'an answer without a body': get('/rest/a?status=204'),
  'an answer with a status of its own': get('/rest/a?status=299'),
  'an answer with a date of its own': get('/rest/a?date=own'),
  'several at once': get('/rest/1') + post('/rest/2', 'abc') + get('/rest/3') + get('/rest/4?status=204'),
}

const notPlain: Readonly<Record<string, string>> = {
  'another address': get('/other'),
  'a body in chunks': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'transfer-encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`,
  'chunks beside a length': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'transfer-encoding: chunked', 'content-length: 3')}3\r\nabc\r\n0\r\n\r\n`,
  'two lengths': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'content-length: 3', 'content-length: 3')}abc`,
  'lengths that differ': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'content-length: 3', 'content-length: 4')}abc`,
  'a list of lengths': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'content-length: 3, 3')}abc`,
  'a length that is no number': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'content-length: 0x3')}abc`,
  'a length with a sign': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'content-length: +3')}abc`,
  'a length with a zero before': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'content-length: 03')}abc`,
  'a length without end': `${lines('POST /rest/a HTTP/1.1', 'host: a', `content-length: ${'9'.repeat(30)}`)}abc`,
  'a question before the body': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'expect: 100-continue', 'content-length: 3')}abc`,
  'an unknown question': `${lines('POST /rest/a HTTP/1.1', 'host: a', 'expect: much', 'content-length: 3')}abc`,
  'another protocol': get('/rest/a', 'connection: upgrade', 'upgrade: websocket'),
  'that it ends': get('/rest/a', 'connection: close'),
  'a header twice': get('/rest/a', 'accept: a', 'accept: b'),
  'two hosts': get('/rest/a', 'host: b'),
  'no host': lines('GET /rest/a HTTP/1.1'),
  'a line that goes on': get('/rest/a', 'x-a: b', ' c'),
  'a space before the colon': get('/rest/a', 'x-a : b'),
  'no name': get('/rest/a', ': b'),
  'no colon': get('/rest/a', 'x-a'),
  'a NUL': get('/rest/a', 'x-a: b\0c'),
  'a bare carriage return': get('/rest/a', 'x-a: b\rc: d'),
  'a bare line feed': get('/rest/a', 'x-a: b\nc: d'),
  'line feeds only': 'GET /rest/a HTTP/1.1\nhost: a\n\n',
  'an older version': lines('GET /rest/a HTTP/1.0', 'host: a'),
  'a newer version': lines('GET /rest/a HTTP/2.0', 'host: a'),
  'no version': lines('GET /rest/a', 'host: a'),
  'a whole address': lines('GET http://a/rest/a HTTP/1.1', 'host: a'),
  'a fragment': get('/rest/a#b'),
  'a space in the address': get('/rest/a b'),
  'a byte in the address that is no ASCII': get('/rest/h\xe9'),
  'an unknown method': lines('MAKE /rest/a HTTP/1.1', 'host: a'),
  'a tunnel': lines('CONNECT /rest/a HTTP/1.1', 'host: a'),
  'a method in lower case': lines('get /rest/a HTTP/1.1', 'host: a'),
  'empty lines before it': `\r\n\r\n${get('/rest/a')}`,
  'a name that every object has': get('/rest/a', '__proto__: a', 'constructor: b', 'toString: c'),
  'more headers than anybody sends': get('/rest/a', ...Array.from({ length: 120 }, (_, n) => `x-${n}: a`)),
  'a very long head': get('/rest/a', `x-a: ${'b'.repeat(20_000)}`),
  nonsense: 'nonsense\r\n\r\n',
}

describe.each(Object.entries(plain))('%s', (_, bytes) => {
  test('is read by us and answered as by node', async () => {
    const { ours, usual } = await answersOf([bytes])
    expect(ours).toBe(usual)
    expect(ours).toContain('HTTP/1.1 ')
    expect(two.taken).toHaveLength(bytes.match(/HTTP\/1\.1/g)?.length ?? 0)
  })
})

describe.each(Object.entries(notPlain))('%s', (_, bytes) => {
  test('is left to node, also behind a plain request', async () => {
    const alone = await answersOf([bytes])
    expect(alone.ours).toBe(alone.usual)
    expect(two.taken).toEqual([])
    const behind = await answersOf([get('/rest/first'), bytes])
    expect(behind.ours).toBe(behind.usual)
    expect(two.taken.map(({ url }) => url)).toEqual(['/rest/first'])
  })
})

test('what comes in pieces, wherever it is cut, is answered alike', async () => {
  const bytes = get('/rest/1', 'x-a: b') + post('/rest/2', 'abc') + get('/other') + get('/rest/3')
  const whole = normal(await talk(two.usual, [bytes]))
  for (let cut = 1; cut < bytes.length; cut++)
    expect(normal(await talk(two.ours, [bytes.slice(0, cut), bytes.slice(cut)])), `cut at ${cut}`).toBe(whole)
  expect(normal(await talk(two.ours, [...bytes]))).toBe(whole)
})

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
const word = fc.string({ maxLength: 6, unit: byte })
/** Mostly the first. */
const mostly = (...usual: readonly string[]) => ({
  or: (rare: fc.Arbitrary<string>) =>
    fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: rare }),
})
const field = mostly(
  'accept: a',
  'X-A:b',
  'x-b: \t',
  'cookie: c=d',
  '9: 9',
  'connection: Keep-Alive',
  'prefer: e',
).or(
  fc
    .tuple(
      fc.constantFrom(
        'content-length',
        'transfer-encoding',
        'connection',
        'expect',
        'host',
        'upgrade',
        'x-a',
      ),
      fc.constantFrom(':', ' : ', ':\t'),
      fc.oneof(fc.constantFrom('0', '3', 'chunked', 'close', '100-continue', 'websocket', ''), word),
    )
    .map((parts) => parts.join('')),
)
const message = fc
  .record({
    method: mostly('GET', 'POST', 'HEAD', 'PATCH').or(fc.constantFrom('OPTIONS', 'TRACE', 'get', '')),
    url: mostly('/rest/a', '/rest/a?b=%20').or(
      fc.oneof(
        fc.constant('/other'),
        word.map((text) => `/rest/${text}`),
      ),
    ),
    version: mostly('HTTP/1.1').or(fc.constantFrom('HTTP/1.0', 'HTTP/1.1 ', 'HTTP/1.10')),
    fields: fc.array(field, { maxLength: 4 }),
    end: mostly('\r\n').or(fc.constantFrom('\n', '\r')),
    body: mostly('', '\r\ncontent-length: 3\r\n\r\nabc').or(
      fc.oneof(fc.constant('\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'), word),
    ),
  })
  .map(({ method, url, version, fields, end, body }) => {
    const head = [`${method} ${url} ${version}`, 'host: a', ...fields].join(end)
    return head + (body === '' ? end + end : body)
  })
const spoiled = fc
  .tuple(
    fc.array(message, { minLength: 1, maxLength: 3 }).map((all) => all.join('')),
    fc.option(fc.record({ at: fc.nat(200), cut: fc.nat(2), put: word })),
  )
  .map(([text, spoil]) =>
    spoil === null ? text : text.slice(0, spoil.at) + spoil.put + text.slice(spoil.at + spoil.cut),
  )

/** The plain requests that we have read of these bytes, and what was left to node. */
const partsOf = (bytes: string): { readonly plain: readonly string[]; readonly rest: string } => {
  let at = 0
  const plain = two.taken.map(({ headers }) => {
    const start = at
    at = bytes.indexOf('\r\n\r\n', start) + 4 + Number(headers['content-length'] ?? 0)
    return bytes.slice(start, at)
  })
  return { plain, rest: bytes.slice(at) }
}

/**
 * When node refuses the rest of a connection, answers to what came just before may be lost, or the refusal. How much
 * depends on when it has sent them; nothing may be answered in another way.
 */
const isCut = (ours: string, usual: string): boolean => {
  const [one, other] = [ours, usual].map((heard) => heard.replace(/HTTP\/1\.1 4(?:00|31) [^{]*$/, ''))
  return `${ours}${usual}`.includes('HTTP/1.1 4') && (one ?? '').startsWith(other ?? '')
}

test('whatever comes is answered as by node', async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(spoiled, async (bytes) => {
      two.taken.length = 0
      const ours = normal(await talk(two.ours, [bytes]))
      const { plain, rest } = partsOf(bytes)
      taken += plain.length
      // What we take, node takes, and reads alike.
      expect(normal(await talk(two.ours, plain))).toBe(normal(await talk(two.usual, plain)))
      const usual = normal(await talk(two.usual, [...plain, rest]))
      if (!isCut(ours, usual) && !isCut(usual, ours)) expect(ours).toBe(usual)
    }),
    { numRuns: 300 },
  )
  // Else it would have proved nothing.
  expect(taken).toBeGreaterThan(50)
})

test('a body that is cut short is refused', async () => {
  const { ours, usual } = await answersOf([post('/rest/a', 'abc').slice(0, -1)])
  expect(ours).toBe(usual)
  expect(ours).toContain('400 Bad Request')
})

test('the last answers say that the connection ends, and who is idle is let go', async () => {
  const own = await openTwoServers(mkdtempSync(join(folder, 'own-')))
  const idle = connect(own.ours)
  await once(idle, 'connect')
  const busy = connect(own.ours)
  busy.write(post('/rest/a', 'abc').slice(0, -1))
  await expect.poll(() => own.taken.length).toBe(1)
  own.downstream.end()
  await once(idle.resume(), 'close')
  busy.write('c')
  const [answer] = await once(busy, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*connection: close/)
  await once(busy, 'close')
  await own.close()
})
