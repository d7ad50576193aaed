// A custom hostname from wish to use: initialize → reverify (until DNS says it is theirs and leads here) → activate.

import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'
import { errors } from './errors.ts'
import { findRecords } from './find-records.ts'
import {
  findHostName,
  type HostName,
  isHostTaken,
  lockHostNames,
  removeHostName,
  specWithNames,
  writeHostName,
} from './host-names.ts'
import { Hostname, showHostname } from './hostname-reply.ts'

const path = '/v1/projects/:ref/custom-hostname'
const tag = 'Domains'
const scope = onProject('custom_domain_write')

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

const readHost = (text: string, domain: string): string => {
  const host = text.toLowerCase().replace(/\.$/, '')
  const labels = host.split('.')
  if (isIP(host) !== 0 || labels.length < 2 || !labels.every((one) => label.test(one)))
    throw errors.hostnameInvalid('must be a host name such as api.example.com')
  if (host === domain || host.endsWith(`.${domain}`))
    throw errors.hostnameInvalid(`names under ${domain} are vanity subdomains`)
  return host
}

/** Changes the name under the project's lock; `next` answers the new row, or nothing to remove it. */
const changeName = (
  call: Call,
  ref: string,
  next: (
    old: HostName | undefined,
    isTaken: (host: string) => Promise<boolean>,
  ) => Promise<HostName | undefined>,
): Promise<HostName | undefined> =>
  changeProject(call, ref, 'be configured', async ({ db, spec }) => {
    await lockHostNames(db)
    const name = await next(await findHostName(db, ref, 'hostname'), (host) => isHostTaken(db, host, ref))
    if (name === undefined) await removeHostName(db, ref, 'hostname')
    else await writeHostName(db, name)
    return { result: name, spec: await specWithNames(db, call.settings, spec) }
  })

const show = (call: Call, name: HostName | undefined) => {
  if (name === undefined) throw errors.hostnameMissing()
  return showHostname(name, call.settings)
}

export const initializeHostname = operation({
  name: 'domains.hostname-initialize',
  about: 'Begins to set up a custom hostname, and says which DNS records it needs.',
  rest: { method: 'POST', path: `${path}/initialize`, status: 201, id: 'v1-update-hostname-config', tag },
  scope,
  input: z.object({ ...byRef, custom_hostname: z.string().min(1).max(253) }),
  output: Hostname,
  run: async (call, { ref, custom_hostname }) => {
    const host = readHost(custom_hostname, call.settings.domain)
    const name = await changeName(call, ref, async (old, isTaken) => {
      if (old?.status === 'active') throw errors.hostnameActive()
      if (await isTaken(host)) throw errors.hostnameOfOthers()
      if (old?.host === host) return old
      const challenge = randomBytes(24).toString('base64url')
      return { ref, kind: 'hostname', host, challenge, status: 'initiated', problems: [] }
    })
    return show(call, name)
  },
})

export const reverifyHostname = operation({
  name: 'domains.hostname-reverify',
  about: 'Looks for the DNS records of a custom hostname.',
  rest: { method: 'POST', path: `${path}/reverify`, status: 201, id: 'v1-verify-dns-config', tag },
  scope,
  input: z.object(byRef),
  output: Hostname,
  run: async (call, { ref }) => {
    const asked = await findHostName(call.db, ref, 'hostname')
    if (asked === undefined) throw errors.hostnameMissing()
    if (asked.status === 'active') throw errors.hostnameActive()
    if (asked.status === 'reachable') throw errors.hostnameVerified()
    const target = `${ref}.${call.settings.domain}`
    const { isProved, isReachable, problems } = await findRecords(call.settings.dnsServers, {
      ...asked,
      target,
    })
    const proved = isReachable ? ('reachable' as const) : ('verified' as const)
    const status = isProved ? proved : 'initiated'
    const name = await changeName(call, ref, async (old, isTaken) => {
      // Changed by somebody else while DNS was asked.
      if (old?.challenge !== asked.challenge) throw errors.hostnameMissing()
      if (isProved && (await isTaken(old.host))) throw errors.hostnameOfOthers()
      return { ...old, status, problems }
    })
    return show(call, name)
  },
})

export const activateHostname = operation({
  name: 'domains.hostname-activate',
  about: 'Switches a project to its custom hostname: links and tokens name it from then on.',
  rest: { method: 'POST', path: `${path}/activate`, status: 201, id: 'v1-activate-custom-hostname', tag },
  scope,
  input: z.object(byRef),
  output: Hostname,
  run: async (call, { ref }) =>
    show(
      call,
      await changeName(call, ref, async (old) => {
        if (old === undefined) throw errors.hostnameMissing()
        if (old.status === 'active') throw errors.hostnameActive()
        if (old.status !== 'reachable') throw errors.hostnameNotVerified()
        return { ...old, status: 'active' }
      }),
    ),
})

export const removeHostname = operation({
  name: 'domains.hostname-remove',
  about: 'Removes the custom hostname of a project.',
  rest: { method: 'DELETE', path, status: 200, id: 'v1-Delete hostname config', tag },
  scope,
  input: z.object({ ...byRef, remove_addon: z.boolean().optional() }),
  output: nothing,
  run: async (call, { ref }) => {
    await changeName(call, ref, async (old) => {
      if (old === undefined) throw errors.hostnameMissing()
      return undefined
    })
  },
})
