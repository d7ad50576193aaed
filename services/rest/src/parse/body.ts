// Request bodies. A JSON body goes to Postgres as it came, as one parameter; here only its keys are read,
// since they decide which columns or arguments are meant.

import { errors } from '../errors.ts'
import { parseCsv } from './csv.ts'
import { pairs } from './tokens.ts'

export type Payload =
  /** `keys` are the columns or arguments, sorted; `isObject` when the text is one object. */
  | {
      readonly kind: 'json'
      readonly text: string
      readonly keys: readonly string[]
      readonly isObject: boolean
    }
  | {
      readonly kind: 'form'
      readonly pairs: readonly (readonly [string, string])[]
      readonly keys: readonly string[]
    }
  /** The whole body is one argument; text of bytes is in hexadecimal form. */
  | { readonly kind: 'raw'; readonly text: string }

/** A payload without what it holds: all that planning needs, and small enough to keep. */
export type PayloadShape = {
  readonly kind: Payload['kind']
  readonly keys: readonly string[]
  readonly isObject: boolean
}

export const shapeOfPayload = (payload: Payload): PayloadShape => ({
  kind: payload.kind,
  keys: payload.kind === 'raw' ? [] : payload.keys,
  isObject: payload.kind === 'json' && payload.isObject,
})

export type BodyRequest = {
  readonly body: Buffer | string | undefined
  readonly contentType: string
  readonly isCall: boolean
  /** Given by `columns=`: the body's own keys are then not looked at. */
  readonly columns: readonly string[] | undefined
}

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort()

const asText = (body: Buffer | string | undefined): string =>
  typeof body === 'string' ? body : (body?.toString('utf8') ?? '')

export const parseBody = (request: BodyRequest): Payload => {
  const { contentType, isCall } = request
  if (contentType === 'application/json') return jsonBody(request)
  if (contentType === 'text/csv') return csvBody(request)
  if (contentType === 'application/x-www-form-urlencoded') return formBody(request)
  if (isCall && (contentType === 'text/plain' || contentType === 'text/xml'))
    return { kind: 'raw', text: asText(request.body) }
  if (isCall && contentType === 'application/octet-stream')
    return { kind: 'raw', text: `\\x${Buffer.from(request.body ?? '').toString('hex')}` }
  throw errors.badBody(`Content-Type not acceptable: ${contentType}`)
}

const startsObject = (text: string): boolean => /^\s*\{/.test(text)

const jsonBody = (request: BodyRequest): Payload => {
  const text = asText(request.body)
  if (request.columns !== undefined)
    return { kind: 'json', text, keys: sorted(request.columns), isObject: startsObject(text) }
  if (text === '' && request.isCall) return { kind: 'json', text: '{}', keys: [], isObject: true }
  const value = readJson(text)
  if (Array.isArray(value)) return { kind: 'json', text, keys: uniformKeys(value), isObject: false }
  if (typeof value === 'object' && value !== null)
    return { kind: 'json', text, keys: Object.keys(value).sort(), isObject: true }
  // Any other JSON value counts as no rows at all, except where a function takes the whole body.
  return { kind: 'json', text: request.isCall ? text : '[]', keys: [], isObject: false }
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw errors.badBody('Empty or invalid json')
  }
}

const uniformKeys = (rows: readonly unknown[]): readonly string[] => {
  if (rows.length === 0) return []
  const [first] = rows
  const keys = keysOf(first)
  for (const row of rows)
    if (row !== first && !hasKeys(row, keys)) throw errors.badBody('All object keys must match')
  return [...keys].sort()
}

const keysOf = (row: unknown): readonly string[] => {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw errors.badBody('All object keys must match')
  return Object.keys(row)
}

/** Objects made by one program have their keys in one order, so that is looked at first. */
const hasKeys = (row: unknown, keys: readonly string[]): boolean => {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return false
  const own = Object.keys(row)
  if (own.length !== keys.length) return false
  return own.every((key, i) => key === keys[i]) || own.every((key) => keys.includes(key))
}

const csvBody = (request: BodyRequest): Payload => {
  const { names, json } = parseCsv(asText(request.body))
  return { kind: 'json', text: json, keys: sorted(names), isObject: false }
}

const formBody = (request: BodyRequest): Payload => {
  const given = pairs(asText(request.body)).map(([name, value]) => [name, value ?? ''] as const)
  const keys = sorted(given.map(([name]) => name))
  if (request.isCall) return { kind: 'form', pairs: given, keys }
  return { kind: 'json', text: JSON.stringify(Object.fromEntries(given)), keys, isObject: true }
}
