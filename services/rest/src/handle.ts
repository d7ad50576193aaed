// Answers one request on a table or function. Everything but `run` is pure. Requests of one shape (same
// address but for the values, same headers that matter) share plan and statement.

import type { Caller, RestConfig } from '@plinth/contracts'
import type { Line } from '@plinth/postgres'
import type { Catalogue } from '@plinth/schema'
import { LRUCache } from 'lru-cache'
import { compile } from './compile/compile.ts'
import type { Inputs } from './compile/writer.ts'
import { errors } from './errors.ts'
import type { Payload } from './parse/body.ts'
import { allRows, capped, levelRange, type RowRange, topRange } from './parse/range.ts'
import type { Token, Tokens } from './parse/tokens.ts'
import { type Door, parse, parsePayload, parseTokens, type RestRequest } from './parse/wish.ts'
import { makePlan } from './plan/make-plan.ts'
import { type Answer, respond } from './respond.ts'
import { preRequestOf, type Ready, run } from './run/run.ts'
import { fixedSettings } from './run/settings.ts'

export type Asked = {
  readonly request: RestRequest
  readonly caller: Caller
  /** Came with a token of a user: decides between 401 and 403. */
  readonly isAuthenticated: boolean
}

export type HandleDeps = { readonly line: Line; readonly config: RestConfig }

/** Shapes kept; one costs some kilobytes. */
const keptShapes = 1000
/** Requests with longer addresses are seldom repeated. */
const longestShape = 4000

const shapeOf = (
  request: RestRequest,
  tokens: Tokens,
  payload: Payload | undefined,
  isRanged: boolean,
): string => {
  const { headers } = request
  const body = payload === undefined ? '' : payloadShape(payload, headers['content-type'])
  return [
    request.method,
    request.path,
    headers.accept ?? '',
    headers['prefer'] ?? '',
    headers['accept-profile'] ?? '',
    headers['content-profile'] ?? '',
    isRanged ? 'r' : '',
    body,
    tokens.shape,
  ].join('\n')
}

const payloadShape = (payload: Payload, contentType: string | undefined): string => {
  if (payload.kind === 'raw') return `raw ${contentType}`
  const form = payload.kind === 'json' && payload.isObject ? 'object' : payload.kind
  return `${form} ${contentType ?? ''} ${payload.keys.length} ${payload.keys.join('\u0001')}`
}

const firstValue = (tokens: Tokens, kind: Token['kind']): string | undefined => {
  const token = tokens.list.find((each) => each.kind === kind && each.name === kind)
  return token && tokens.values[token.slot]
}

const rangeOf = (request: RestRequest, door: Door, tokens: Tokens): RowRange => {
  const own = levelRange(firstValue(tokens, 'limit'), firstValue(tokens, 'offset'))
  if (door.action === 'upsert' && (own.limit !== null || own.offset !== 0)) throw errors.putWithRange()
  const range = topRange(own, request.method === 'GET' ? request.headers.range : undefined)
  return range.offset === 0 && range.limit === null ? allRows : range
}

const bodyText = (payload: Payload | undefined): string | null =>
  payload === undefined || payload.kind === 'form' ? null : payload.text

const formOf = (payload: Payload | undefined): Inputs['form'] => {
  if (payload?.kind !== 'form') return undefined
  const form = new Map<string, string[]>()
  for (const [name, value] of payload.pairs) form.set(name, [...(form.get(name) ?? []), value])
  return form
}

/** Built once per catalogue and configuration; holds the shapes seen. */
export const makeHandle = (deps: HandleDeps, catalogue: Catalogue) => {
  const { config } = deps
  const known = new LRUCache<string, Ready>({ max: keptShapes })
  const preRequest = preRequestOf(config)

  const prepare = (asked: Asked, parts: Parameters<typeof parse>[1]): Ready => {
    const plan = makePlan(parse(asked.request, parts, config), catalogue, config)
    const routine = plan.kind === 'call' ? plan.call.routine : undefined
    return {
      compiled: compile(plan),
      catalogue,
      settings: fixedSettings(plan.wish, config, routine),
      preRequest,
    }
  }

  return async (asked: Asked, door: Door): Promise<Answer> => {
    const { request } = asked
    const tokens = parseTokens(request, door)
    const range = rangeOf(request, door, tokens)
    const payload = parsePayload(request, door, tokens.list)
    const isRanged = range !== allRows || config.maxRows !== null
    const shape = shapeOf(request, tokens, payload, isRanged)
    let ready = known.get(shape)
    if (ready === undefined) {
      ready = prepare(asked, { door, tokens, payload, isRanged })
      if (shape.length < longestShape) known.set(shape, ready)
    }
    const inputs: Inputs = {
      values: tokens.values,
      body: bodyText(payload),
      form: formOf(payload),
      range: range.limit === 0 ? range : capped(range, config.maxRows),
      maxRows: config.maxRows,
    }
    const rows = await run(deps, ready, asked, inputs)
    return respond(ready.compiled.plan, rows, { range, query: request.query })
  }
}
