// A sealed value opens with its key and with nothing else.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seal, unseal } from '../src/index.ts'

const key = randomBytes(32)

describe('seal', () => {
  it('gives back what was sealed', () => {
    fc.assert(fc.property(fc.string(), (text) => unseal(key, seal(key, text)).toString() === text))
  })
  it('never seals the same way twice', () => {
    expect(seal(key, 'x')).not.toBe(seal(key, 'x'))
  })
  it('refuses every changed bit', () => {
    const sealed = Buffer.from(seal(key, 'secret'), 'base64url')
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed)
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(() => unseal(key, changed.toString('base64url'))).toThrow()
      }),
    )
  })
  it.each(['', 'x', 'AQ', Buffer.alloc(28, 1).toString('base64url')])('refuses %j', (text) => {
    expect(() => unseal(key, text)).toThrow()
  })
  it('refuses another key', () => {
    expect(() => unseal(randomBytes(32), seal(key, 'secret'))).toThrow()
  })
})
