// Which addresses an app may name for the way back. What is asked for later must equal one of them to the letter.

import { errors } from './errors.ts'

const dangerous = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'ws:',
  'wss:',
  'ftp:',
])
const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

type Rules = {
  /** For an app that somebody registered: they know their own network. */
  readonly allowHttp: boolean
}

const isFit = (uri: string, { allowHttp }: Rules): boolean => {
  if (!URL.canParse(uri) || uri.includes('#') || /[\s\\]/.test(uri)) return false
  const { protocol, hostname, username, password } = new URL(uri)
  if (dangerous.has(protocol) || username !== '' || password !== '') return false
  return protocol !== 'http:' || allowHttp || loopback.has(hostname)
}

export const checkRedirectUris = (uris: readonly string[], rules: Rules): void => {
  const bad = uris.find((uri) => !isFit(uri, rules))
  if (bad !== undefined) throw errors.badRedirectUri(bad)
}
