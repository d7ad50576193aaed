// Whether the owner of a wallet signed a text. The only file that knows the curves; they are loaded when somebody
// comes with a wallet.

import type { WalletMessage } from './wallet-message.ts'

/** `0x`, then r, s and the recovery number: the address follows from signature and text. */
export const isEthereumSignature = async ({ raw, address }: WalletMessage, hex: string): Promise<boolean> => {
  if (!/^0x[0-9a-fA-F]{130}$/.test(hex)) return false
  const [{ secp256k1 }, { keccak_256 }] = await Promise.all([
    import('@noble/curves/secp256k1.js'),
    import('@noble/hashes/sha3.js'),
  ])
  const bytes = Buffer.from(hex.slice(2), 'hex')
  const recovery = bytes[64] ?? 0
  const text = Buffer.from(raw)
  const digest = keccak_256(
    Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${text.length}`), text]),
  )
  try {
    const key = secp256k1.Signature.fromBytes(Uint8Array.from(bytes.subarray(0, 64)), 'compact')
      .addRecoveryBit(recovery >= 27 ? recovery - 27 : recovery)
      .recoverPublicKey(digest)
      .toBytes(false)
    const own = keccak_256(key.subarray(1)).subarray(12)
    return `0x${Buffer.from(own).toString('hex')}` === address.toLowerCase()
  } catch {
    // No point of the curve fits: nobody's signature.
    return false
  }
}

/** The frame that hardware wallets sign: https://docs.anza.xyz/proposals/off-chain-message-signing */
const framed = ({ domain }: WalletMessage, key: Uint8Array, text: Buffer): Buffer => {
  const place = Buffer.alloc(32)
  place.write(domain)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([
    Buffer.from([0xff]),
    Buffer.from('solana offchain'),
    Buffer.from([0]),
    place,
    Buffer.from([0, 1]),
    key,
    length,
    text,
  ])
}

/** The address is the key. */
export const isSolanaSignature = async (message: WalletMessage, signature: Buffer): Promise<boolean> => {
  const [{ ed25519 }, { base58 }] = await Promise.all([
    import('@noble/curves/ed25519.js'),
    import('@scure/base'),
  ])
  const text = Buffer.from(message.raw)
  try {
    const key = base58.decode(message.address)
    const fits = (signed: Buffer) => ed25519.verify(signature, signed, key, { zip215: false })
    return fits(text) || fits(framed(message, key, text))
  } catch {
    // The address is no key.
    return false
  }
}
