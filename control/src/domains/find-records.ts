// What DNS says about a custom hostname: is the challenge there, and does the name lead to the project?

import { Resolver } from 'node:dns/promises'
import { challengeName } from './hostname-reply.ts'

export type Records = {
  readonly isProved: boolean
  readonly isReachable: boolean
  readonly problems: string[]
}

/** What DNS does not know, or cannot be asked for, is not there. */
const orNone = <T>(asked: Promise<readonly T[]>): Promise<readonly T[]> => asked.catch(() => [])

const sameName = (one: string, other: string): boolean =>
  one.replace(/\.$/, '').toLowerCase() === other.toLowerCase()

const addressesOf = async (dns: Resolver, name: string): Promise<readonly string[]> =>
  (await Promise.all([orNone(dns.resolve4(name)), orNone(dns.resolve6(name))])).flat()

/** An alias to the project's own name, or the same addresses as that name has. */
const leadsTo = async (dns: Resolver, host: string, target: string): Promise<boolean> => {
  const aliases = await orNone(dns.resolveCname(host))
  if (aliases.some((alias) => sameName(alias, target))) return true
  const [own, ours] = await Promise.all([addressesOf(dns, host), addressesOf(dns, target)])
  return own.length > 0 && own.every((address) => ours.includes(address))
}

export const findRecords = async (
  servers: readonly string[] | undefined,
  { host, challenge, target }: { readonly host: string; readonly challenge: string; readonly target: string },
): Promise<Records> => {
  const dns = new Resolver({ timeout: 2000, tries: 2 })
  if (servers !== undefined) dns.setServers(servers)
  const name = challengeName(host)
  const [texts, isReachable] = await Promise.all([orNone(dns.resolveTxt(name)), leadsTo(dns, host, target)])
  const isProved = texts.some((parts) => parts.join('') === challenge)
  return {
    isProved,
    isReachable,
    problems: [
      ...(isProved ? [] : [`There is no TXT record ${name} with the value ${challenge}.`]),
      ...(isReachable ? [] : [`${host} does not lead here: make it a CNAME of ${target}.`]),
    ],
  }
}
