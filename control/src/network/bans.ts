// Addresses shut out after wrong passwords. The entrance bans nobody yet, so the lists are empty.

import { isIPv4 } from 'node:net'
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
  run: async () => ({ banned_ipv4_addresses: [] }),
})

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
  run: async () => ({ banned_ipv4_addresses: [] }),
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
    ipv4_addresses: z.array(z.string().refine(isIPv4, 'must be an IPv4 address')),
    requester_ip: z.boolean().optional(),
    identifier: z.string().optional(),
  }),
  output: nothing,
  run: async () => undefined,
})
