// Which addresses are none of the public network's, and which of them an operator lets projects reach.

import { BlockList, isIP } from 'node:net'

type Range = readonly [net: string, prefix: number]

/** Networks that are not the public one's (IANA's registries of special-purpose addresses). */
const privateV4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** Of IPv6 only global unicast is public, and of that not what carries an IPv4 address or a test's. */
const publicV6: readonly Range[] = [['2000::', 3]]
const privateV6: readonly Range[] = [
  // Teredo, benchmarks, ORCHID and other protocol assignments
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4: the middle of the address is an IPv4 one
  ['2002::', 16],
  ['3fff::', 20],
]

type Family = 'ipv4' | 'ipv6'

const familyOf = (address: string): Family => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const listOf = (ranges: readonly Range[], family: Family): BlockList => {
  const list = new BlockList()
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, family)
  return list
}

const blockedV4 = listOf(privateV4, 'ipv4')
const openV6 = listOf(publicV6, 'ipv6')
const blockedV6 = listOf(privateV6, 'ipv6')

/** `::ffff:10.0.0.1` is 10.0.0.1: connections to it go there. */
const mapped = listOf([['::ffff:0:0', 96]], 'ipv6')

/** Whether an address (not a name) belongs to the public network. IPv4 in IPv6 clothes is judged as IPv4. */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false
  if (familyOf(address) === 'ipv4') return !blockedV4.check(address, 'ipv4')
  // A list of IPv4 ranges knows the mapped form by itself.
  if (mapped.check(address, 'ipv6')) return !blockedV4.check(address, 'ipv6')
  return openV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6')
}

/** Parts of private networks that requests may go to. */
export type AllowedNetwork = {
  /** Whether whatever this name stands for may be reached. */
  readonly hasHost: (host: string) => boolean
  readonly hasAddress: (address: string) => boolean
}

export const nothingPrivate: AllowedNetwork = { hasHost: () => false, hasAddress: () => false }

const hostName = /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/i

const isRange = (entry: string): boolean => {
  const [net = '', prefix, ...more] = entry.split('/')
  if (isIP(net) === 0 || more.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(net) === 6 ? 128 : 32)
}

/** Entries of a comma list that are neither a host name nor an address nor a range. */
export const badNetworkEntries = (list: string): readonly string[] =>
  entriesOf(list).filter((entry) => !isRange(entry) && (!hostName.test(entry) || /^[\d.]+$/.test(entry)))

const entriesOf = (list: string): readonly string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/** `idp.corp.example, 10.20.0.0/16, fd00:1::/32`: names by their letters, addresses by their ranges. */
export const parseAllowedNetwork = (list: string): AllowedNetwork => {
  const [bad] = badNetworkEntries(list)
  if (bad !== undefined) throw new Error(`${bad} is no host name, address or range of addresses.`)
  const addresses = new BlockList()
  const hosts = new Set<string>()
  for (const entry of entriesOf(list)) {
    const [net = '', prefix] = entry.split('/')
    if (!isRange(entry)) hosts.add(entry.toLowerCase())
    else if (prefix === undefined) addresses.addAddress(net, familyOf(net))
    else addresses.addSubnet(net, Number(prefix), familyOf(net))
  }
  return {
    hasHost: (host) => hosts.has(host.toLowerCase()),
    hasAddress: (address) => isIP(address) !== 0 && addresses.check(address, familyOf(address)),
  }
}
