import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MessageReader } from '../../src/line/message-reader.ts'

type Message = { readonly type: number; readonly body: string }

const encode = ({ type, body }: Message): Buffer => {
  const bytes = Buffer.from(body)
  const head = Buffer.alloc(5)
  head[0] = type
  head.writeInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

it('gives the same messages however the bytes are cut', () => {
  const message = fc.record({ type: fc.integer({ min: 1, max: 255 }), body: fc.string({ maxLength: 40 }) })
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(message), cuts, (messages, sizes) => {
      const got: Message[] = []
      const reader = new MessageReader((type, bytes, start, end) => {
        got.push({ type, body: bytes.toString('utf8', start, end) })
      })
      const all = Buffer.concat(messages.map(encode))
      // One buffer for every read, as the socket has it: nothing may lean on an earlier read.
      const shared = Buffer.alloc(30)
      let turn = 0
      for (let at = 0; at < all.length; ) {
        const size = all.copy(shared, 0, at, at + (sizes[turn++ % sizes.length] ?? 1))
        reader.push(shared.subarray(0, size))
        at += size
      }
      expect(got).toEqual(messages)
    }),
  )
})

it('refuses a size that cannot be', () => {
  const reader = new MessageReader(() => undefined)
  expect(() => reader.push(Buffer.from([0x44, 0, 0, 0, 3]))).toThrow('cannot be')
})
