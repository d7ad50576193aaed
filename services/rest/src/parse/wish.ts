// First stage: HTTP request → `Wish`. Says what is wanted; whether it can be had is the planner's question.

import type { IncomingHttpHeaders } from 'node:http'
import { errors } from '../errors.ts'
import { type Payload, type PayloadShape, parseBody, shapeOfPayload } from './body.ts'
import { type MediaType, parseAccept, parseMediaType } from './media-type.ts'
import { type Preferences, parsePrefer } from './prefer.ts'
import { parseQuery, type Query } from './query.ts'
import { type Token, type Tokens, tokenize } from './tokens.ts'

/** A request as the service sees it: the mount point is already cut off the path. */
export type RestRequest = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer | string | undefined
}

export type Action = 'read' | 'insert' | 'update' | 'upsert' | 'delete' | 'call' | 'inspect' | 'info'

export type Target =
  | { readonly kind: 'relation'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'root' }

export type Wish = {
  readonly method: string
  readonly action: Action
  readonly target: Target
  readonly schema: string
  /** Answers name the schema when there is more than one to choose from. */
  readonly namesSchema: boolean
  readonly query: Query
  readonly prefer: Preferences
  readonly accept: readonly MediaType[]
  readonly contentType: string
  readonly payload: PayloadShape | undefined
  /** Any limit, offset or Range was given. */
  readonly isRanged: boolean
}

export type ParseConfig = {
  readonly schemas: readonly string[]
  readonly rootSpec: string | null
  readonly openapiMode: string
  readonly txEnd: string
}

/** What can be told from method, path and profile alone. */
export type Door = Pick<Wish, 'method' | 'action' | 'target' | 'schema' | 'namesSchema'>

const relationActions: Readonly<Record<string, Action>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'insert',
  PUT: 'upsert',
  PATCH: 'update',
  DELETE: 'delete',
  OPTIONS: 'info',
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** One name, nothing escaped: most paths. */
const plainRelation = /^\/[^/%]+$/

const targetOf = (path: string, config: ParseConfig): Target => {
  if (plainRelation.test(path)) return { kind: 'relation', name: path.slice(1) }
  const segments = path.split('/').filter((segment, index) => segment !== '' || index > 1)
  if (segments.at(-1) === '') segments.pop()
  if (segments.length === 0) {
    if (config.openapiMode === 'disabled') throw errors.rootOff()
    if (config.rootSpec === null) return { kind: 'root' }
    return { kind: 'function', name: config.rootSpec.slice(config.rootSpec.lastIndexOf('.') + 1) }
  }
  const [first = '', second] = segments.map(decodeSegment)
  if (segments.length === 1) return { kind: 'relation', name: first }
  if (segments.length === 2 && first === 'rpc' && second !== undefined)
    return { kind: 'function', name: second }
  throw errors.badPath()
}

const actionOf = (method: string, target: Target): Action => {
  if (target.kind === 'function') {
    if (method === 'GET' || method === 'HEAD' || method === 'POST') return 'call'
    if (method === 'OPTIONS') return 'info'
    throw errors.badCallMethod(method)
  }
  if (target.kind === 'root') {
    if (method === 'GET' || method === 'HEAD') return 'inspect'
    if (method === 'OPTIONS') return 'info'
    throw errors.badMethod(method)
  }
  const action = relationActions[method]
  if (action === undefined) throw errors.badMethod(method)
  return action
}

const schemaOf = (request: RestRequest, schemas: readonly string[]): Pick<Wish, 'schema' | 'namesSchema'> => {
  const writes = request.method === 'POST' || request.method === 'PATCH' || request.method === 'PUT'
  const header = writes || request.method === 'DELETE' ? 'content-profile' : 'accept-profile'
  const asked = one(request.headers[header])
  if (asked === undefined) return { schema: schemas[0] ?? '', namesSchema: schemas.length !== 1 }
  if (!schemas.includes(asked)) throw errors.unknownSchema(asked, schemas)
  return { schema: asked, namesSchema: true }
}

export const parseDoor = (request: RestRequest, config: ParseConfig): Door => {
  const target = targetOf(request.path, config)
  const chosen = schemaOf(request, config.schemas)
  return { method: request.method, action: actionOf(request.method, target), target, ...chosen }
}

const isCallRead = (door: Door): boolean => door.action === 'call' && door.method !== 'POST'

export const parseTokens = (request: RestRequest, door: Door): Tokens =>
  tokenize(request.query, isCallRead(door))

const takesBody = (door: Door): boolean =>
  door.action === 'insert' ||
  door.action === 'update' ||
  door.action === 'upsert' ||
  (door.action === 'call' && door.method === 'POST')

const contentTypeOf = (request: RestRequest): string => {
  const header = request.headers['content-type']
  return header === undefined ? 'application/json' : parseMediaType(header).name
}

const columnsOf = (door: Door, tokens: readonly Token[]): readonly string[] | undefined => {
  if (door.action === 'upsert') return undefined
  const columns = tokens.filter((token) => token.kind === 'columns').slice(0, 1)
  return columns.length === 0 ? undefined : parseQuery(columns).columns
}

export const parsePayload = (
  request: RestRequest,
  door: Door,
  tokens: readonly Token[],
): Payload | undefined =>
  takesBody(door)
    ? parseBody({
        body: request.body,
        contentType: contentTypeOf(request),
        isCall: door.action === 'call',
        columns: columnsOf(door, tokens),
      })
    : undefined

export type ParsedParts = {
  readonly door: Door
  readonly tokens: Tokens
  readonly payload: Payload | undefined
  readonly isRanged: boolean
}

/** The whole wish, from the parts above and what the headers ask for. */
export const parse = (request: RestRequest, parts: ParsedParts, config: ParseConfig): Wish => ({
  ...parts.door,
  query: parseQuery(parts.tokens.list),
  prefer: parsePrefer(one(request.headers['prefer']), config.txEnd.endsWith('allow-override')),
  accept: parseAccept(request.headers.accept),
  contentType: contentTypeOf(request),
  payload: parts.payload && shapeOfPayload(parts.payload),
  isRanged: parts.isRanged,
})
