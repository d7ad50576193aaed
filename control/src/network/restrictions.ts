// Who may connect to the database. The entrance enforces it for connections that begin after the change.

import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'
import { changeProject, getSpec } from '../projects/spec.ts'
import { Ranges } from './cidr.ts'
import {
  asRanges,
  ListedRestrictions,
  NetworkRestrictions,
  rangesOf,
  showListed,
  showRestrictions,
} from './restrictions-reply.ts'

const path = '/v1/projects/:ref/network-restrictions'

const changeRanges = (call: Call, ref: string, change: (ranges: readonly string[]) => readonly string[]) =>
  changeProject(call, ref, 'be restricted', async ({ spec }) => {
    const allowedCidrs = [...new Set(change(rangesOf(spec.network)))]
    const network = { ...spec.network, allowedCidrs }
    return { result: network, spec: { ...spec, network } }
  })

export const getNetworkRestrictions = operation({
  name: 'network.restrictions-get',
  about: 'Says which addresses may connect to the database.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-network-restrictions', tag: 'Projects' },
  scope: onProject('database_network_restrictions_read'),
  input: z.object(byRef),
  output: NetworkRestrictions,
  run: async (call, { ref }) => {
    await getProject(call.db, ref)
    return showRestrictions((await getSpec(call.db, call.key, ref)).network)
  },
})

/** The whole list; an absent one means nobody of that family. */
export const applyNetworkRestrictions = operation({
  name: 'network.restrictions-apply',
  about: 'Replaces the addresses that may connect to the database; none left out keeps its right.',
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
  run: async (call, { ref, dbAllowedCidrs, dbAllowedCidrsV6 }) =>
    showRestrictions(await changeRanges(call, ref, () => asRanges(dbAllowedCidrs, dbAllowedCidrsV6))),
})

export const patchNetworkRestrictions = operation({
  name: 'network.restrictions-patch',
  about: 'Adds and removes addresses that may connect to the database.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1-patch-network-restrictions', tag: 'Projects' },
  scope: onProject('database_network_restrictions_write'),
  input: z.object({ ...byRef, add: Ranges.optional(), remove: Ranges.optional() }),
  output: ListedRestrictions,
  run: async (call, { ref, add, remove }) => {
    const removed = new Set(asRanges(remove?.dbAllowedCidrs, remove?.dbAllowedCidrsV6))
    const added = asRanges(add?.dbAllowedCidrs, add?.dbAllowedCidrsV6)
    return showListed(
      await changeRanges(call, ref, (ranges) => [...ranges.filter((range) => !removed.has(range)), ...added]),
    )
  },
})
