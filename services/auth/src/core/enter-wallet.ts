// Signing in with a wallet: a text that names this project's site, signed just now by the owner of an address.

import type { AuthConfig } from '@plinth/contracts'
import { isPlinthError } from '@plinth/errors'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { tellUserCreated } from './creation-hooks.ts'
import { askBeforeExternal, enterExternal } from './enter-external.ts'
import { type Opened, openSession } from './open-session.ts'
import type { Profile } from './profile.ts'
import { isAllowed } from './redirect.ts'
import { type Chain, chains, parseWalletMessage, type WalletMessage } from './wallet-message.ts'
import { isEthereumSignature, isSolanaSignature } from './wallet-signature.ts'

export type WalletWish = {
  readonly chain: string
  readonly message: string
  readonly signature: string
  readonly aud: string
}

/** How long before and after its date a text counts, in milliseconds. */
const validity = 600_000

const refuse = (message: string) => errors.oauth('invalid_grant', message)

/** Throws where no wallet is taken at all. */
export const checkWallets = (config: AuthConfig): void => {
  if (!config.external_web3_ethereum_enabled && !config.external_web3_solana_enabled) throw errors.web3Off()
}

const readChain = (config: AuthConfig, chain: string): Chain => {
  if (chain !== 'ethereum' && chain !== 'solana') throw errors.chainUnsupported()
  if (!config[`external_web3_${chain}_enabled`]) throw errors.web3Off(`${chains[chain].title} `)
  return chain
}

const checkLength = (message: string): void => {
  const bytes = Buffer.byteLength(message)
  if (bytes < 64) throw errors.invalid('message is too short')
  if (bytes > 20 * 1024) throw errors.invalid('message must not exceed 20KB')
}

const checkEthereum = async ({ message: raw, signature }: WalletWish): Promise<WalletMessage> => {
  if (signature.replace(/^0x/, '').length !== 130) {
    const form = 'signature must be 65 bytes long, encoded as a 130 character-long hexadecimal string'
    throw errors.invalid(form)
  }
  const message = parseWalletMessage('ethereum', raw)
  if (await isEthereumSignature(message, signature)) return message
  throw refuse('Signature does not match address in message')
}

const checkSolana = async ({ message: raw, signature }: WalletWish): Promise<WalletMessage> => {
  if (signature.length !== 86 && signature.length !== 88) {
    throw errors.invalid('signature must be 64 bytes encoded as base64 with or without padding')
  }
  if (!/^[A-Za-z0-9+/_-]{86}={0,2}$/.test(signature)) {
    throw errors.invalid('signature does not contain valid base64 characters')
  }
  const message = parseWalletMessage('solana', raw)
  if (await isSolanaSignature(message, Buffer.from(signature, 'base64url'))) return message
  throw refuse('Signature does not match address in message')
}

/** Host and port as written. */
const authorityOf = (uri: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(uri)?.[1] ?? ''

const checkPlace = ({ config }: Parts, signed: string, { uri, domain }: WalletMessage): void => {
  const { protocol, hostname } = new URL(uri)
  const isLocal = hostname === 'localhost'
  if (protocol !== 'https:' && !isLocal) throw refuse(`${signed} is using URI which does not use HTTPS`)
  if (!isAllowed(uri, config)) {
    const why = 'is using URI which is not allowed on this server, message was signed for another app'
    throw refuse(`${signed} ${why}`)
  }
  if (!isLocal && (authorityOf(uri) !== domain || !isAllowed(`https://${domain}/`, config))) {
    const why = 'is using a Domain that does not match the one in URI which is not allowed on this server'
    throw refuse(`${signed} ${why}`)
  }
}

const checkTime = (title: string, now: number, message: WalletMessage): void => {
  const { notBefore, expiresAt, issuedAt } = message
  const signed = `Signed ${title} message`
  if (notBefore !== undefined && now < notBefore) throw refuse(`${signed} becomes valid in the future`)
  if (expiresAt !== undefined && now > expiresAt) throw refuse(`${signed} is expired`)
  if (now > issuedAt + validity) throw refuse(`${title} message was issued too long ago`)
  if (now < issuedAt - validity) throw refuse(`${title} message was issued too far in the future`)
}

const profileOf = (chain: Chain, { address, chainId, domain, statement }: WalletMessage): Profile => {
  const subject = `web3:${chain}:${address}`
  const said = statement ?? (chain === 'solana' ? '' : null)
  const wallet = { address, chain, network: chainId, domain, statement: said }
  return { subject, emails: [], claims: { custom_claims: wallet, sub: subject } }
}

export const enterWallet = async (parts: Parts, wish: WalletWish, origin: Origin): Promise<Opened> => {
  const chain = readChain(parts.config, wish.chain)
  checkLength(wish.message)
  const message = await (chain === 'ethereum' ? checkEthereum(wish) : checkSolana(wish))
  const { title } = chains[chain]
  checkPlace(parts, `Signed ${title} message`, message)
  checkTime(title, parts.clock(), message)
  const { address, chainId: network, domain, uri } = message
  const traits = { chain, network, address, domain, uri }
  const profile = profileOf(chain, message)
  const entering = { provider: 'web3', profile, aud: wish.aud, emailOptional: true, origin, traits }
  await askBeforeExternal(parts, entering)
  const { user, isNew, opened } = await parts.pool
    .transaction(async (db) => {
      const entered = await enterExternal(parts, db, entering)
      // Without an address there is nothing to confirm.
      if (entered.kind === 'unverified') throw errors.savingUser('a wallet has no address to confirm')
      return {
        ...entered,
        opened: await openSession(parts, db, { user: entered.user, method: 'web3', origin }),
      }
    })
    .catch((error: unknown) => {
      if (isPlinthError(error)) throw error
      throw errors.savingUser(error)
    })
  if (isNew) await tellUserCreated(parts, user, origin)
  return opened
}
