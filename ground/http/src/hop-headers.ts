// Headers that belong to one connection and not to the message (RFC 9110 §7.6.1).

const hopHeaders = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * A message's raw headers, names and values in turn, without those of the connection and with `own` in place of
 * what came under the same names.
 */
export const withoutHopHeaders = (raw: readonly string[], own: readonly string[]): string[] => {
  const dropped = droppedNames(raw, own)
  const kept = [...own]
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ''
    if (!dropped(name.toLowerCase())) kept.push(name, raw[index + 1] ?? '')
  }
  return kept
}

const droppedNames = (raw: readonly string[], own: readonly string[]): ((name: string) => boolean) => {
  const named = connectionNames(raw)
  return (name) => hopHeaders.has(name) || isOwn(own, name) || named.has(name)
}

/** A handful of names, lower case: a loop beats a set made for each request. */
const isOwn = (own: readonly string[], name: string): boolean => {
  for (let index = 0; index < own.length; index += 2) if (own[index] === name) return true
  return false
}

const noNames: ReadonlySet<string> = new Set()

/**
 * Names that a `Connection` header adds to the list; nearly always none. The length of the body stays, whatever a
 * client says: without it the rest of a body would pass for the next request on a shared connection.
 */
const connectionNames = (raw: readonly string[]): ReadonlySet<string> => {
  let names = noNames
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (raw[index]?.length !== 10 || raw[index]?.toLowerCase() !== 'connection') continue
    const value = raw[index + 1]?.toLowerCase() ?? ''
    if (value === 'keep-alive' || value === 'close') continue
    names = new Set([...names, ...value.split(',').map((name) => name.trim())])
  }
  return names.has('content-length') ? names.difference(new Set(['content-length'])) : names
}
