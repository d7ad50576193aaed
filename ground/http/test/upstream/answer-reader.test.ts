// Answers of processes behind: read as Node reads them whatever pieces they come in, and refused where two readers
// could disagree.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { brokenAnswer, cut, readOurs, startSender, wholeAnswer } from './answers.ts'

let sender: Awaited<ReturnType<typeof startSender>>
beforeAll(async () => {
  sender = await startSender()
})
afterAll(() => sender.close())

const places = fc.array(fc.nat({ max: 2000 }), { maxLength: 12 })

describe('with Node as the judge', () => {
  test('a whole answer is read alike, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(wholeAnswer, places, async ({ text, method }, at) => {
        const bytes = Buffer.from(text, 'latin1')
        const ours = readOurs(cut(bytes, at), method)
        expect(ours).toBeDefined()
        expect(ours).toEqual(await sender.readNodes(bytes, method))
      }),
      { numRuns: 300 },
    )
  })

  test('what we take of a broken one, Node takes alike', async () => {
    await fc.assert(
      fc.asyncProperty(brokenAnswer, places, async ({ text, method }, at) => {
        const bytes = Buffer.from(text, 'latin1')
        const ours = readOurs(cut(bytes, at), method)
        if (ours !== undefined) expect(ours).toEqual(await sender.readNodes(bytes, method))
      }),
      { numRuns: 600 },
    )
  })

  test('it does not matter where it is cut', () => {
    fc.assert(
      fc.property(fc.oneof(wholeAnswer, brokenAnswer), places, ({ text, method }, at) => {
        const bytes = Buffer.from(text, 'latin1')
        expect(readOurs(cut(bytes, at), method)).toEqual(readOurs([bytes], method))
      }),
      { numRuns: 2000 },
    )
  })
})

const ok = 'HTTP/1.1 200 OK\r\n'

describe('is refused', () => {
  test.each([
    [
      'a length beside a transfer coding',
      `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `${ok}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`],
    ['the same length twice', `${ok}content-length: 3\r\ncontent-length: 3\r\n\r\nabc`],
    ['a list of lengths', `${ok}content-length: 3, 3\r\n\r\nabc`],
    ['a length with a sign', `${ok}content-length: +3\r\n\r\nabc`],
    ['a length that is no number', `${ok}content-length: 0x3\r\n\r\nabc`],
    ['a length that no number holds', `${ok}content-length: 99999999999999999999\r\n\r\nabc`],
    ['an empty length', `${ok}content-length:\r\n\r\n`],
    ['another transfer coding', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    [
      'a transfer coding in two headers',
      `${ok}transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a transfer coding with a tail', `${ok}transfer-encoding: chunked;q=1\r\n\r\n0\r\n\r\n`],
    ['a transfer coding beside a tab', `${ok}transfer-encoding: chunked\t\r\n\r\n0\r\n\r\n`],
    ['a length beside a tab', `${ok}content-length: 3\t\r\n\r\nabc`],
    ['a transfer coding of HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a header that goes on in the next line', `${ok}a: b\r\n c: d\r\ncontent-length: 0\r\n\r\n`],
    ['a header with a space before its colon', `${ok}content-length : 0\r\n\r\n`],
    ['a header without a name', `${ok}: b\r\ncontent-length: 0\r\n\r\n`],
    ['a header without a colon', `${ok}a\r\ncontent-length: 0\r\n\r\n`],
    ['a line that ends in a line feed', `${ok}a: b\ncontent-length: 0\r\n\r\n`],
    ['a head that ends in line feeds', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n'],
    ['a lone carriage return in a value', `${ok}a: b\rc\r\ncontent-length: 0\r\n\r\n`],
    ['NUL in a value', `${ok}a: b\0c\r\ncontent-length: 0\r\n\r\n`],
    ['NUL in a name', `${ok}a\0: b\r\ncontent-length: 0\r\n\r\n`],
    ['another protocol', 'HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['another version', 'HTTP/1.2 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n'],
    ['two spaces before the status', 'HTTP/1.1  200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['an interim answer that is the last', `HTTP/1.0 103 Early Hints\r\n\r\n${ok}content-length: 0\r\n\r\n`],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\n'],
    ['a chunk size with a sign', `${ok}transfer-encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\n`],
    ['a chunk size with a prefix', `${ok}transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n`],
    ['a chunk size with a space', `${ok}transfer-encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n`],
    ['an empty chunk size', `${ok}transfer-encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n`],
    ['a chunk size that no number holds', `${ok}transfer-encoding: chunked\r\n\r\nffffffffffffffff1\r\na`],
    ['a chunk longer than its size', `${ok}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`],
    ['a chunk line that ends in a line feed', `${ok}transfer-encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n`],
    ['a chunk extension', `${ok}transfer-encoding: chunked\r\n\r\n1;a=b\r\na\r\n0\r\n\r\n`],
    ['a trailer without a name', `${ok}transfer-encoding: chunked\r\n\r\n0\r\nnothing\r\n\r\n`],
    ['something behind the answer', `${ok}content-length: 1\r\n\r\nab`],
    ['a second answer', `${ok}content-length: 0\r\n\r\n${ok}content-length: 0\r\n\r\n`],
    ['a body where there is none', 'HTTP/1.1 204 No Content\r\n\r\nabc'],
    ['an endless head', `${ok}${'a: b\r\n'.repeat(20_000)}`],
    ['an endless header', `${ok}a: ${'b'.repeat(100_000)}`],
    ['too many headers', `${ok}${'a:b\r\n'.repeat(2001)}\r\n`],
    ['endless trailers', `${ok}transfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(20_000)}`],
    ['a body that ends too soon', `${ok}content-length: 4\r\n\r\nabc`],
    ['chunks that end too soon', `${ok}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`],
    ['nothing', ''],
  ])('%s', (_name, text) => {
    const bytes = Buffer.from(text, 'latin1')
    expect(readOurs([bytes], 'GET')).toBeUndefined()
    expect(readOurs(cut(bytes, [20, 40, 60, 61, 62, 63]), 'GET')).toBeUndefined()
  })
})

test.each([
  ['GET', `${ok}\r\nuntil the end`, 'until the end'],
  ['GET', `${ok}content-length: 00003\r\n\r\nabc`, 'abc'],
  ['GET', `${ok}transfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\nx: y\r\n\r\n`, 'abc'],
  ['HEAD', `${ok}content-length: 3\r\n\r\n`, ''],
  ['GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 3\r\n\r\n', ''],
  [
    'GET',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\na: b\r\n\r\n${ok}content-length: 1\r\n\r\na`,
    'a',
  ],
])('%s is answered by %j', (method, text, body) => {
  expect(readOurs([Buffer.from(text, 'latin1')], method)).toMatchObject({ body })
})
