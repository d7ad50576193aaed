// Passwords: our own hashes, hashes of other systems, and hashes nobody should accept.

import { describe, expect, it } from 'vitest'
import { hashPassword, isPasswordHash, verifyPassword } from '../src/index.ts'

const imported = [
  ['bcrypt 2a', 'test', '$2y$10$va66S4MxFrH6G6L7BzYl0.QgcYgvSr/F92gc.3botlz7bG4p/g/1i'],
  [
    'argon2id',
    'test',
    '$argon2id$v=19$m=32,t=3,p=2$SFVpOWJ0eXhjRzVkdGN1RQ$RXnb8rh7LaDcn07xsssqqulZYXOM/EUCEFMVcAcyYVk',
  ],
  ['argon2i', 'test', '$argon2i$v=19$m=16,t=2,p=1$bGJRWThNOHJJTVBSdHl2dQ$NfEnUOuUpb7F2fQkgFUG4g'],
  [
    'Firebase scrypt',
    'mytestpassword',
    '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==',
  ],
] as const

describe('passwords', () => {
  it('accepts what was hashed and nothing else', async () => {
    const hashed = await hashPassword('correct horse')
    expect(hashed).toMatch(/^\$2a\$10\$/)
    expect(await verifyPassword('correct horse', hashed)).toBe(true)
    expect(await verifyPassword('correct hors', hashed)).toBe(false)
  })
  it.each(imported)('signs in with an imported %s hash', async (_kind, password, hashed) => {
    expect(isPasswordHash(hashed)).toBe(true)
    expect(await verifyPassword(password, hashed)).toBe(true)
    expect(await verifyPassword(`${password}!`, hashed)).toBe(false)
  })
  it.each([
    '',
    'plain text',
    '$2a$10$',
    '$argon2d$v=19$m=16,t=2,p=1$bGJRWThNOHJJTVBSdHl2dQ$NfEnUOuUpb7F2fQkgFUG4g',
    '$argon2id$v=16$m=16,t=2,p=1$bGJRWThNOHJJTVBSdHl2dQ$NfEnUOuUpb7F2fQkgFUG4g',
    '$argon2id$v=19$m=9999999,t=2,p=1$bGJRWThNOHJJTVBSdHl2dQ$NfEnUOuUpb7F2fQkgFUG4g',
    '$fbscrypt$v=2,n=14,r=8,p=1$AA==$AA==',
    '$fbscrypt$v=1,n=40,r=8,p=1$AA==$AA==',
  ])('refuses the hash %j', async (hashed) => {
    expect(isPasswordHash(hashed)).toBe(false)
    expect(await verifyPassword('test', hashed)).toBe(false)
  })
  it('does not hold up the event loop', async () => {
    let ticks = 0
    const timer = setInterval(() => {
      ticks += 1
    }, 2)
    await Promise.all([1, 2].map(() => hashPassword('x')))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(3)
  })
})
