// Reads JSON from an address that an owner names. Only HTTPS, only public addresses (looked at after the name was
// resolved, on the very connection that is used), no redirects, little time and little size: the control plane must
// not become a way into the network it stands in.

import { lookup } from 'node:dns'
import { get } from 'node:https'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'
import { errors } from './errors.ts'

const timeoutMs = 5000
const mostBytes = 256 * 1024

const privateV4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
]

const listOf = (ranges: typeof privateV4, family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const [address, bits] of ranges) list.addSubnet(address, bits, family)
  return list
}
const blockedV4 = listOf(privateV4, 'ipv4')
/** Of IPv6 only this is public; addresses that wrap an IPv4 one lie outside of it. */
const publicV6 = listOf([['2000::', 3]], 'ipv6')

export const isPublic = (address: string): boolean =>
  isIPv6(address) ? publicV6.check(address, 'ipv6') : !blockedV4.check(address, 'ipv4')

const publicOnly: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, [])
    if (!found.every(({ address }) => isPublic(address)))
      return done(new Error('it is an address of a private network'), [])
    return options.all ? done(null, found) : done(null, found[0]?.address ?? '', found[0]?.family)
  })
}

const download = (url: URL): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = get(url, { lookup: publicOnly, timeout: timeoutMs, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > mostBytes) request.destroy(new Error('it is too large'))
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`it answered ${response.statusCode}`))
      })
      response.on('error', reject)
    })
    const tooLate = setTimeout(() => request.destroy(new Error('it took too long')), timeoutMs)
    request.on('close', () => clearTimeout(tooLate))
    request.on('error', reject)
  })

/** A literal address never passes `lookup`, so it is looked at here. */
const isLiteral = (host: string): boolean => /^\[|^[\d.]+$/.test(host)

export const fetchJson = async (address: string): Promise<unknown> => {
  const url = new URL(address)
  if (url.protocol !== 'https:') throw errors.unreachable(address, 'only https addresses are read')
  if (isLiteral(url.hostname) && !isPublic(url.hostname.replace(/^\[|\]$/g, '')))
    throw errors.unreachable(address, 'it is an address of a private network')
  try {
    return JSON.parse(await download(url))
  } catch (error) {
    const isJson = !(error instanceof SyntaxError)
    throw errors.unreachable(address, isJson && error instanceof Error ? error.message : 'it is no JSON')
  }
}
