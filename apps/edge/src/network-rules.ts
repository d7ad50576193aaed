// Whether a client may reach a project's database from where it is, as the project's owner decided.

import { BlockList, isIPv4 } from 'node:net'
import type { NetworkConfig } from '@plinth/contracts'
import { type Refusal, refusals } from './refusals.ts'

export type Visitor = {
  readonly user: string
  readonly address: string
  readonly isEncrypted: boolean
}

/** Rules arrive with a route and stay the same until the next one. */
const lists = new WeakMap<readonly string[], BlockList>()

const listOf = (cidrs: readonly string[]): BlockList => {
  const known = lists.get(cidrs)
  if (known !== undefined) return known
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/')
    list.addSubnet(network, Number(prefix), familyOf(network))
  }
  lists.set(cidrs, list)
  return list
}

const familyOf = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6')

/** Why not; `undefined` when the client may come in. */
export const whyRefused = (rules: NetworkConfig | undefined, visitor: Visitor): Refusal | undefined => {
  if (rules?.requireTls && !visitor.isEncrypted) return refusals.needsTls(visitor.user)
  if (rules?.allowedCidrs === undefined) return undefined
  const { address } = visitor
  if (address !== '' && listOf(rules.allowedCidrs).check(address, familyOf(address))) return undefined
  return refusals.addressNotAllowed(address)
}
