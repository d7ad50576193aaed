// Addresses in answers: the canonical form of a query (sorted by name) and the place of an inserted row.

import { pairs } from './parse/tokens.ts'

const escapeText = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const isPlain = /^[A-Za-z0-9._~=&-]*$/

const byName = (a: string, b: string): number => {
  const left = a.slice(0, a.indexOf('='))
  const right = b.slice(0, b.indexOf('='))
  return left < right ? -1 : left > right ? 1 : 0
}

/** Parameters sorted by name and escaped one way; what most requests send already is. */
export const canonicalQuery = (raw: string): string => {
  if (raw === '') return ''
  if (!isPlain.test(raw))
    return pairs(raw)
      .map(([name, value]) => `${escapeText(name)}=${escapeText(value ?? '')}`)
      .sort(byName)
      .join('&')
  return raw.includes('&')
    ? raw
        .split('&')
        .map((part) => (part.includes('=') ? part : `${part}=`))
        .sort(byName)
        .join('&')
    : raw
}

export const contentLocation = (name: string, raw: string): string =>
  raw === '' ? `/${escapeText(name)}` : `/${escapeText(name)}?${canonicalQuery(raw)}`

/** `keys` is a JSON object of the row's key columns. */
export const rowLocation = (name: string, keys: string): string => {
  // Made by this service's own statement: a flat object of texts and nulls.
  const row = JSON.parse(keys) as Readonly<Record<string, string | null>>
  const filters = Object.entries(row).map(
    ([column, value]) => `${escapeText(column)}=${value === null ? 'is.null' : `eq.${escapeText(value)}`}`,
  )
  return `/${escapeText(name)}?${filters.join('&')}`
}
