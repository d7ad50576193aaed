// Codes of authenticator apps, by the examples of RFC 6238.

import { describe, expect, it } from 'vitest'
import { isTotpCode, newTotpSecret, totpCode, totpUri } from '../../src/core/totp.ts'

/** The RFC's secret `12345678901234567890` in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('time-based codes', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %s s is %s', (seconds, code) => {
    expect(totpCode(secret, seconds * 1000)).toBe(code)
  })

  it.each([
    [-60, false],
    [-30, true],
    [0, true],
    [30, true],
    [60, false],
  ])('allows clocks to differ by %s s: %s', (ahead, expected) => {
    const now = 1_000_000_020_000
    expect(isTotpCode(secret, totpCode(secret, now + ahead * 1000), now)).toBe(expected)
  })

  it.each(['', '12345', '1234567', 'abcdef'])('refuses %j', (code) => {
    expect(isTotpCode(secret, code, 59_000)).toBe(false)
  })

  it('makes secrets of 160 bits', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
    expect(newTotpSecret()).not.toBe(newTotpSecret())
  })

  it('says all an app needs', () => {
    const uri = totpUri({ issuer: 'My App', account: 'a@b.co', secret })
    expect(uri).toBe(
      `otpauth://totp/My%20App:a%40b.co?algorithm=SHA1&digits=6&issuer=My+App&period=30&secret=${secret}`,
    )
  })
})
