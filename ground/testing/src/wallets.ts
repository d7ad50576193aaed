// Wallets that sign for real, in the shape that browsers' extensions have.

import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { base58 } from '@scure/base'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** An account of Ethereum; answers as EIP-1193 providers do. */
export const ethereumWallet = () => {
  const { secretKey, publicKey } = secp256k1.keygen()
  const full = secp256k1.Point.fromBytes(publicKey).toBytes(false)
  const address = `0x${hex(keccak_256(full.subarray(1)).subarray(12))}`
  const sign = (message: string): string => {
    const text = Buffer.from(message)
    const prefix = Buffer.from(`\x19Ethereum Signed Message:\n${text.length}`)
    const digest = keccak_256(Buffer.concat([prefix, text]))
    const signature = secp256k1.sign(digest, secretKey, { prehash: false, format: 'recovered' })
    const recovery = Buffer.from([27 + (signature[0] ?? 0)])
    return `0x${hex(Buffer.concat([signature.subarray(1), recovery]))}`
  }
  const request = async ({ method, params }: { method: string; params?: readonly unknown[] }) => {
    if (method === 'eth_requestAccounts') return [address]
    if (method === 'eth_chainId') return '0x1'
    if (method !== 'personal_sign') throw new Error(`no ${method}`)
    const [message] = params as [string]
    return sign(Buffer.from(message.replace(/^0x/, ''), 'hex').toString())
  }
  return { address, sign, request, on: () => undefined, removeListener: () => undefined }
}

/** An account of Solana; `frame` wraps what is signed, as hardware does. */
export const solanaWallet = () => {
  const { secretKey, publicKey } = ed25519.keygen()
  const address = base58.encode(publicKey)
  const signBytes = (bytes: Uint8Array) => ed25519.sign(bytes, secretKey)
  const sign = (message: string): string => Buffer.from(signBytes(Buffer.from(message))).toString('base64')
  const signFramed = (message: string, domain: string): string => {
    const text = Buffer.from(message)
    const place = Buffer.alloc(32)
    place.write(domain)
    const parts = [
      '\xffsolana offchain\0',
      place,
      '\0\x01',
      publicKey,
      [text.length & 255, text.length >> 8],
      text,
    ]
    const bytes = parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
    )
    return Buffer.from(signBytes(Buffer.concat(bytes))).toString('base64')
  }
  return {
    address,
    sign,
    signFramed,
    publicKey: { toBase58: () => address },
    signMessage: async (bytes: Uint8Array) => signBytes(bytes),
  }
}
