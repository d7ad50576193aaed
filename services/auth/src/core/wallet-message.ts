// What a wallet signs: a text in the form of EIP-4361, the same for Ethereum and Solana but for names of chains and
// addresses. https://eips.ethereum.org/EIPS/eip-4361, https://github.com/phantom/sign-in-with-solana

import { errors } from '../errors.ts'

export type Chain = 'ethereum' | 'solana'

export type WalletMessage = {
  readonly raw: string
  readonly domain: string
  readonly address: string
  readonly statement: string | undefined
  readonly uri: string
  readonly chainId: string
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number | undefined
  readonly notBefore: number | undefined
}

type Dialect = {
  /** Starts every complaint. */
  readonly name: string
  readonly title: string
  readonly address: RegExp
  readonly addressProblem: string
  readonly isChainId: (id: string) => boolean
}

export const chains: Readonly<Record<Chain, Dialect>> = {
  ethereum: {
    name: 'siwe',
    title: 'Ethereum',
    address: /^0x[a-fA-F0-9]{40}$/,
    addressProblem: 'wallet address is not a valid Ethereum address',
    isChainId: (id) => /^\+?\d{1,18}$/.test(id) && Number(id) > 0,
  },
  solana: {
    name: 'siws',
    title: 'Solana',
    address: /^[a-zA-Z0-9]{32,44}$/,
    addressProblem: 'wallet address is not in base58 format',
    isChainId: (id) => id === '' || /^solana:(main|dev|test|local)net$/.test(id),
  },
}

const domainForm =
  /^(localhost|(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,})(?::\d{1,5})?$/
const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/

type Complain = (problem: string) => never

const readInstant = (value: string, field: string, complain: Complain): number => {
  const instant = instantForm.test(value) ? Date.parse(value.replace(',', '.')) : Number.NaN
  return Number.isNaN(instant) ? complain(`${field} is not a valid ISO8601 timestamp`) : instant
}

type Fields = ReadonlyMap<string, string>

/** `Key: value` lines; lines of `Resources:` start with a dash. */
const readFields = (lines: readonly string[], start: number, complain: Complain): Fields => {
  const fields = new Map<string, string>()
  let resources: number | undefined
  lines.slice(start).forEach((untrimmed, offset) => {
    const line = untrimmed.trim()
    if (resources !== undefined && line.startsWith('- ')) {
      if (!URL.canParse(line.slice(2).trim())) complain(`Resource at position ${resources} has invalid URI`)
      resources += 1
      return
    }
    resources = line === 'Resources:' ? 0 : undefined
    if (line === '' || resources !== undefined) return
    const colon = line.indexOf(':')
    if (colon < 0) complain(`encountered unparsable line at index ${start + offset}`)
    fields.set(line.slice(0, colon), line.slice(colon + 1).trim())
  })
  return fields
}

const checkTimes = (message: WalletMessage, complain: Complain): WalletMessage => {
  const { issuedAt, expiresAt = Number.POSITIVE_INFINITY, notBefore = Number.NEGATIVE_INFINITY } = message
  if (issuedAt > expiresAt) complain('Issued At is after Expiration Time')
  if (notBefore > expiresAt) complain('Not Before is after Expiration Time')
  return message
}

type Head = Pick<WalletMessage, 'raw' | 'domain' | 'address' | 'statement'>

const readBody = (head: Head, fields: Fields, dialect: Dialect, complain: Complain): WalletMessage => {
  const get = (name: string) => fields.get(name)
  const uri = get('URI')
  if (uri !== undefined && !URL.canParse(uri)) complain('URI is not valid')
  const chainId = get('Chain ID')
  if (chainId !== undefined && !dialect.isChainId(chainId)) complain('Chain ID is not valid')
  const instant = (name: string): number | undefined => {
    const value = get(name)
    return value === undefined ? undefined : readInstant(value, name, complain)
  }
  const issuedAt = instant('Issued At')
  const expiresAt = instant('Expiration Time')
  const notBefore = instant('Not Before')
  const version = get('Version') ?? ''
  if (version !== '1') complain(`Version value is not supported, expected 1 got ${JSON.stringify(version)}`)
  if (issuedAt === undefined) return complain('Issued At is not specified')
  if (uri === undefined) return complain('URI is not specified')
  return { ...head, uri, chainId: chainId ?? '', issuedAt, expiresAt, notBefore }
}

/** Throws what is wrong with the text, in upstream's words. */
export const parseWalletMessage = (chain: Chain, raw: string): WalletMessage => {
  const dialect = chains[chain]
  const complain: Complain = (problem) => {
    throw errors.invalid(`${dialect.name}: ${problem}`)
  }
  const lines = raw.split('\n')
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = lines
  if (lines.length < 6) complain('message needs at least 6 lines')
  const suffix = ` wants you to sign in with your ${dialect.title} account:`
  if (!first.endsWith(suffix)) complain(`message first line does not end in ${JSON.stringify(suffix)}`)
  const domain = first.slice(0, -suffix.length).trim()
  if (!domainForm.test(domain)) complain('domain in first line of message is not valid')
  const address = second.trim()
  if (!dialect.address.test(address)) complain(dialect.addressProblem)
  if (third !== '') complain('third line must be empty')
  const statement = fourth !== '' && fifth === '' ? fourth : undefined
  const fields = readFields(lines, statement === undefined ? 3 : 5, complain)
  return checkTimes(readBody({ raw, domain, address, statement }, fields, dialect, complain), complain)
}
