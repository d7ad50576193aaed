// What every request costs, known shape or not: its parameters told apart, its rows counted off, its body
// looked at. From here on a known shape goes straight to its statement.

import type { Inputs } from '../compile/writer.ts'
import { errors } from '../errors.ts'
import type { Payload } from './body.ts'
import { allRows, capped, levelRange, type RowRange, topRange } from './range.ts'
import type { Token, Tokens } from './tokens.ts'
import { type Door, parsePayload, parseTokens, type RestRequest } from './wish.ts'

export type Heard = {
  readonly door: Door
  readonly tokens: Tokens
  readonly payload: Payload | undefined
  /** As asked for; the configured maximum is not applied yet. */
  readonly range: RowRange
  /** Something cuts the rows: an own limit or the configured maximum. */
  readonly isRanged: boolean
}

const firstValue = (tokens: Tokens, kind: Token['kind']): string | undefined => {
  for (const token of tokens.list)
    if (token.kind === kind && token.name === kind) return tokens.values[token.slot]
  return undefined
}

const rangeOf = (request: RestRequest, door: Door, tokens: Tokens): RowRange => {
  const own = levelRange(firstValue(tokens, 'limit'), firstValue(tokens, 'offset'))
  if (door.action === 'upsert' && (own.limit !== null || own.offset !== 0)) throw errors.putWithRange()
  const range = topRange(own, request.method === 'GET' ? request.headers.range : undefined)
  return range.offset === 0 && range.limit === null ? allRows : range
}

export const hear = (request: RestRequest, door: Door, maxRows: number | null): Heard => {
  const tokens = parseTokens(request, door)
  const range = rangeOf(request, door, tokens)
  const payload = parsePayload(request, door, tokens.list)
  return { door, tokens, payload, range, isRanged: range !== allRows || maxRows !== null }
}

const payloadShape = (payload: Payload | undefined, contentType: string | undefined): string => {
  if (payload === undefined) return ''
  if (payload.kind === 'raw') return `raw ${contentType}`
  const form = payload.kind === 'json' && payload.isObject ? 'object' : payload.kind
  return `${form} ${contentType ?? ''} ${payload.keys.length} ${payload.keys.join('\u0001')}`
}

/** Equal for requests that differ in values only, so that they have plan and statement in common. */
export const shapeOf = ({ method, path, headers }: RestRequest, heard: Heard): string => {
  const profiles = `${headers['accept-profile'] ?? ''}\n${headers['content-profile'] ?? ''}`
  const asked = `${method}\n${path}\n${headers.accept ?? ''}\n${headers['prefer'] ?? ''}\n${profiles}`
  const payload = payloadShape(heard.payload, headers['content-type'])
  return `${asked}\n${heard.isRanged ? 'ranged' : ''}\n${payload}\n${heard.tokens.shape}`
}

const formOf = (payload: Payload | undefined): Inputs['form'] => {
  if (payload?.kind !== 'form') return undefined
  const form = new Map<string, string[]>()
  for (const [name, value] of payload.pairs) form.set(name, [...(form.get(name) ?? []), value])
  return form
}

/** The values of the request, for the statement of its shape. */
export const inputsOf = ({ tokens, payload, range }: Heard, maxRows: number | null): Inputs => ({
  values: tokens.values,
  body: payload === undefined || payload.kind === 'form' ? null : payload.text,
  form: formOf(payload),
  range: range.limit === 0 ? range : capped(range, maxRows),
  maxRows,
})
