// What servers say at the beginning, in one piece and byte by byte.

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { watchSignIn } from '../src/sign-in.ts'

const message = (kind: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(kind)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const failure = (code: string, words: string) =>
  message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${words}\0\0`))
const authentication = (code: number, more = '') =>
  message('R', Buffer.concat([Buffer.from([0, 0, 0, code]), Buffer.from(more)]))

const asked = authentication(10, 'SCRAM-SHA-256\0\0')
const taken = authentication(0)
const key = message('K', Buffer.from('0000000100000002', 'hex'))
const ready = message('Z', Buffer.from('I'))

const cases: readonly (readonly [name: string, said: readonly Buffer[], heard: readonly string[]])[] = [
  ['a right password', [asked, taken, key, ready], ['right', 'key 0000000100000002']],
  ['a session without a key', [asked, taken, ready, key], ['right']],
  ['a wrong password', [asked, failure('28P01', 'password authentication failed')], ['wrong']],
  ['an unknown role', [failure('28000', 'role "nobody" does not exist')], ['wrong']],
  ["the pooler's word for it", [asked, failure('08P01', 'SASL authentication failed')], ['wrong']],
  ['a pooler whose server is away', [asked, failure('08P01', 'server login failed: FATAL starting')], []],
  ['a server that is starting', [failure('57P03', 'the database system is starting up')], []],
  [
    'a role that may not log in, with its password',
    [asked, taken, failure('28000', 'is not permitted')],
    ['right'],
  ],
  [
    'what a query says later',
    [asked, taken, key, ready, failure('28P01', 'raised by hand')],
    ['right', 'key 0000000100000002'],
  ],
]

test.each(cases)('%s', (_name, said, expected) => {
  const bytes = Buffer.concat(said)
  for (const pieces of [[bytes], Array.from(bytes, (byte) => Buffer.from([byte]))]) {
    const server = new PassThrough()
    const heard: string[] = []
    watchSignIn(server, {
      onWrong: () => heard.push('wrong'),
      onRight: () => heard.push('right'),
      onKey: (text) => heard.push(`key ${text}`),
    })
    for (const piece of pieces) server.emit('data', piece)
    expect(heard).toEqual(expected)
  }
})
