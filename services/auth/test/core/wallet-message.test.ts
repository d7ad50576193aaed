// Texts of wallets: what is read out of them, and what is wrong with the others.

import { isPlinthError } from '@plinth/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWalletMessage } from '../../src/core/wallet-message.ts'

const address = '0x196a28d05bA75C8dC35B0F6e71DD622D1aC82b7E'
const head = (domain = 'example.com', account = address) =>
  `${domain} wants you to sign in with your Ethereum account:\n${account}\n\n`
const body =
  'URI: https://example.com\nVersion: 1\nChain ID: 1\nNonce: 1\nIssued At: 2025-01-01T00:00:00.000Z'
const problemOf = (raw: string): string => {
  try {
    parseWalletMessage('ethereum', raw)
  } catch (error) {
    if (isPlinthError(error)) return error.message
    throw error
  }
  return ''
}

describe('ethereum', () => {
  it('reads everything', () => {
    const raw = `${head()}Come in\n\n${body}\nExpiration Time: 2025-01-02T00:00:00Z\nNot Before: 2025-01-01T00:00:00+01:00\nRequest ID: r\nResources:\n- https://a.test/x\n- https://b.test`
    expect(parseWalletMessage('ethereum', raw)).toEqual({
      raw,
      domain: 'example.com',
      address,
      statement: 'Come in',
      uri: 'https://example.com',
      chainId: '1',
      issuedAt: Date.UTC(2025, 0, 1),
      expiresAt: Date.UTC(2025, 0, 2),
      notBefore: Date.UTC(2024, 11, 31, 23),
    })
    expect(parseWalletMessage('ethereum', head() + body)).toMatchObject({ statement: undefined })
  })

  it.each([
    ['', 'message needs at least 6 lines'],
    [
      `\n\n\n\n\n\n\n`,
      'message first line does not end in " wants you to sign in with your Ethereum account:"',
    ],
    [head('-') + body, 'domain in first line of message is not valid'],
    [head('example.com', '0x12') + body, 'wallet address is not a valid Ethereum address'],
    [head().replace('\n\n', '\nx\n') + body, 'third line must be empty'],
    [`${head()}Come in\n\nrubbish\n${body}`, 'encountered unparsable line at index 5'],
    [head() + body.replace('https://example.com', '///'), 'URI is not valid'],
    [head() + body.replace('2025-01-01T00:00:00.000Z', 'now'), 'Issued At is not a valid ISO8601 timestamp'],
    [`${head()}${body}\nExpiration Time: x`, 'Expiration Time is not a valid ISO8601 timestamp'],
    [`${head()}${body}\nNot Before: x`, 'Not Before is not a valid ISO8601 timestamp'],
    [head() + body.replace('Version: 1', 'Version: 2'), 'Version value is not supported, expected 1 got "2"'],
    [head() + body.replace('URI', 'URL'), 'URI is not specified'],
    [head() + body.replace('Issued', 'Written'), 'Issued At is not specified'],
    [`${head()}${body}\nExpiration Time: 2024-01-01T00:00:00Z`, 'Issued At is after Expiration Time'],
    [
      `${head()}${body}\nExpiration Time: 2025-01-02T00:00:00Z\nNot Before: 2026-01-01T00:00:00Z`,
      'Not Before is after Expiration Time',
    ],
    [`${head()}${body}\nResources:\n- https://a.test\n- nowhere`, 'Resource at position 1 has invalid URI'],
    [head() + body.replace('Chain ID: 1', 'Chain ID: main'), 'Chain ID is not valid'],
    [head() + body.replace('Chain ID: 1', 'Chain ID: 0'), 'Chain ID is not valid'],
  ])('complains about %j', (raw, problem) => {
    expect(problemOf(raw)).toBe(`siwe: ${problem}`)
  })

  it('never fails in another way, whatever is sent', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(...`${head()}${body}\nResources:\n- x`.split('\n')))
    fc.assert(fc.property(fc.array(line, { maxLength: 14 }), (lines) => void problemOf(lines.join('\n'))))
  })
})

describe('solana', () => {
  const text = (chain: string) =>
    `localhost:3000 wants you to sign in with your Solana account:\n4Cw1koUQtqybLFem7uqhzMBznMPGARbFS4cjaYbM9RnR\n\nURI: http://localhost:3000\nVersion: 1\nIssued At: 2025-01-01T00:00:00Z\n${chain}`

  it('knows its own networks and addresses', () => {
    expect(parseWalletMessage('solana', text('Chain ID: solana:mainnet')).chainId).toBe('solana:mainnet')
    expect(parseWalletMessage('solana', text('Nonce: 1')).chainId).toBe('')
    expect(() => parseWalletMessage('solana', text('Chain ID: 1'))).toThrow('siws: Chain ID is not valid')
    expect(() => parseWalletMessage('solana', text('').replace(/4Cw\w+/, 'short'))).toThrow('base58')
  })
})
