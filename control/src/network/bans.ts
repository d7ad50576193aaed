// Addresses that the Postgres entrance shuts out after wrong passwords. Upstream's names say IPv4; others are listed and
// freed under them as well.

import { isIP } from 'node:net'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'

const path = '/v1/projects/:ref/network-bans'

export const listBans = operation({
  name: 'network.bans-list',
  about: 'Lists banned addresses.',
  rest: {
    method: 'POST',
    path: `${path}/retrieve`,
    status: 201,
    id: 'v1-list-all-network-bans',
    tag: 'Projects',
  },
  scope: onProject('database_network_bans_read'),
  input: z.object(byRef),
  output: z.object({ banned_ipv4_addresses: z.array(z.string()) }),
  run: async (call, { ref }) => {
    const bans = await call.supervisor.bans.list(ref)
    return { banned_ipv4_addresses: bans.map(({ address }) => address) }
  },
})

/** `identifier` is the database's: a project has one, its primary. */
const Ban = z.object({ banned_address: z.string(), identifier: z.string(), type: z.string() })

export const listBansEnriched = operation({
  name: 'network.bans-list-enriched',
  about: 'Lists banned addresses and where they are banned.',
  rest: {
    method: 'POST',
    path: `${path}/retrieve/enriched`,
    status: 201,
    id: 'v1-list-all-network-bans-enriched',
    tag: 'Projects',
  },
  scope: onProject('database_network_bans_read'),
  input: z.object(byRef),
  output: z.object({ banned_ipv4_addresses: z.array(Ban) }),
  run: async (call, { ref }) => {
    const bans = await call.supervisor.bans.list(ref)
    return {
      banned_ipv4_addresses: bans.map(({ address }) => ({
        banned_address: address,
        identifier: ref,
        type: 'PRIMARY',
      })),
    }
  },
})

export const removeBans = operation({
  name: 'network.bans-remove',
  about: 'Frees banned addresses; one that is not banned stays free.',
  rest: {
    method: 'DELETE',
    path,
    status: 200,
    id: 'v1-delete-network-bans',
    tag: 'Projects',
    hasBody: true,
  },
  scope: onProject('database_network_bans_write'),
  input: z.object({
    ...byRef,
    /** Required, as upstream has it; empty for `requester_ip` alone. */
    ipv4_addresses: z.array(z.string().refine((text) => isIP(text) !== 0, 'must be an IP address')),
    requester_ip: z.boolean().optional(),
    identifier: z.string().optional(),
  }),
  output: nothing,
  run: async (call, { ref, ipv4_addresses, requester_ip, identifier = ref }) => {
    if (identifier !== ref) return
    await call.supervisor.bans.lift(ref, requester_ip ? [...ipv4_addresses, call.address] : ipv4_addresses)
  },
})
