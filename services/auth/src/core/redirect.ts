// Where a link may lead in the end: the site itself or an address of the allow list, else the site.

import { isIP } from 'node:net'
import type { AuthConfig } from '@plinth/contracts'

type Rules = Pick<AuthConfig, 'site_url' | 'uri_allow_list'>

const decimalAddress = /^\d+$/
const plainHost = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.')

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The host as it is written: parsers make plain letters of others. */
const hostOf = (address: string): string => /^[^:/?#]+:\/\/(?:[^/?#]*@)?([^/?#:]*)/.exec(address)?.[1] ?? ''

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

/** `*` stays within a part of host or path, `**` does not, `?` is one letter of a part, `{a,b}` a choice. */
export const globPattern = (glob: string): RegExp => {
  const parts = glob.split(/(\*\*|\*|\?|\{[^}]*\}|\[[^\]]*\])/)
  const source = parts.map((part) => {
    if (part === '**') return '.*'
    if (part === '*') return '[^./]*'
    if (part === '?') return '[^./]'
    if (part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`
    if (part.startsWith('[')) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return literal(part)
  })
  return new RegExp(`^${source.join('')}$`)
}

const isSite = (target: URL, site: URL): boolean =>
  site.hostname === target.hostname &&
  site.protocol === target.protocol &&
  (site.port === target.port || isLoopback(target.hostname))

/** Parsers drop or change these silently: what was checked would not be what is sent. */
const isPlain = (address: string): boolean => /^[^\p{Cc}\s\\]+$/u.test(address)

/** Whether an address is the site itself or stands on the allow list. */
export const isAllowed = (address: string, { site_url: siteUrl, uri_allow_list: list }: Rules): boolean => {
  if (!isPlain(address)) return false
  const target = parse(address)
  const site = parse(siteUrl)
  if (target === undefined || site === undefined) return false
  if (isSite(target, site) && hostOf(address) === hostOf(siteUrl)) return true
  const host = target.hostname
  if (decimalAddress.test(host)) return false
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return isLoopback(host)
  if (target.protocol.startsWith('http') && !plainHost.test(hostOf(address))) return false
  const [withoutFragment = ''] = address.split('#', 1)
  const globs = list.split(',').map((glob) => glob.trim())
  return globs.some((glob) => glob !== '' && globPattern(glob).test(withoutFragment))
}

/** The first of the wishes that is allowed, else the site. */
export const chooseRedirect = (rules: Rules, ...wishes: readonly (string | undefined)[]): string =>
  wishes.find((wish) => wish !== undefined && wish !== '' && isAllowed(wish, rules)) ?? rules.site_url
