// Who may connect to the database. Not enforced by the entrance yet: what would narrow it is refused.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { Ranges } from './cidr.ts'
import { errors } from './errors.ts'
import {
  everybody,
  ListedRestrictions,
  NetworkRestrictions,
  openListed,
  openNetwork,
} from './restrictions-reply.ts'

const path = '/v1/projects/:ref/network-restrictions'

export const getNetworkRestrictions = operation({
  name: 'network.restrictions-get',
  about: 'Says which addresses may connect to the database.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-network-restrictions', tag: 'Projects' },
  scope: onProject('database_network_restrictions_read'),
  input: z.object(byRef),
  output: NetworkRestrictions,
  run: async () => openNetwork,
})

/** The whole list; an absent one means nobody of that family. */
export const applyNetworkRestrictions = operation({
  name: 'network.restrictions-apply',
  about: 'Replaces the addresses that may connect. Today only everybody can be allowed.',
  rest: {
    method: 'POST',
    path: `${path}/apply`,
    status: 201,
    id: 'v1-update-network-restrictions',
    tag: 'Projects',
  },
  scope: onProject('database_network_restrictions_write'),
  input: z.object({ ...byRef, ...Ranges.shape }),
  output: NetworkRestrictions,
  run: async (_call, { dbAllowedCidrs = [], dbAllowedCidrsV6 = [] }) => {
    const isOpen = dbAllowedCidrs.includes(everybody.v4) && dbAllowedCidrsV6.includes(everybody.v6)
    if (!isOpen) throw errors.restrictionsNotEnforced()
    return openNetwork
  },
})

export const patchNetworkRestrictions = operation({
  name: 'network.restrictions-patch',
  about: 'Adds and removes addresses that may connect. Today everybody stays allowed.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1-patch-network-restrictions', tag: 'Projects' },
  scope: onProject('database_network_restrictions_write'),
  input: z.object({ ...byRef, add: Ranges.optional(), remove: Ranges.optional() }),
  output: ListedRestrictions,
  run: async (_call, { add, remove }) => {
    const removed = [remove?.dbAllowedCidrs ?? [], remove?.dbAllowedCidrsV6 ?? []].flat()
    const added = [add?.dbAllowedCidrs ?? [], add?.dbAllowedCidrsV6 ?? []].flat()
    const open = new Set([everybody.v4, everybody.v6])
    // Adding a range to everybody changes nothing; it would be believed to have been noted.
    if (removed.some((range) => open.has(range)) || added.some((range) => !open.has(range)))
      throw errors.restrictionsNotEnforced()
    return openListed
  },
})
