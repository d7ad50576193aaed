// Answers one request on a table or function. Everything but `run` is pure. Requests of one shape (same
// address but for the values, same headers that matter) share plan and statement.

import type { Caller, RestConfig } from '@plinth/contracts'
import type { Line } from '@plinth/postgres'
import type { Catalogue } from '@plinth/schema'
import { LRUCache } from 'lru-cache'
import { compile } from './compile/compile.ts'
import { type Heard, hear, inputsOf, shapeOf } from './parse/heard.ts'
import { type Door, parse, type RestRequest } from './parse/wish.ts'
import { makePlan } from './plan/make-plan.ts'
import { type Answer, appliedTo, respond } from './respond.ts'
import { statementsBefore } from './run/before.ts'
import { type Ready, run } from './run/run.ts'
import { fixedSettings, RoleSettings } from './run/settings.ts'
import { startTiming, withTiming } from './timing.ts'

export type Asked = {
  readonly request: RestRequest
  readonly caller: Caller
  /** Came with a token of a user: decides between 401 and 403. */
  readonly isAuthenticated: boolean
  /** Nobody waits for the answer any more. */
  readonly isGone: () => boolean
}

export type HandleDeps = { readonly line: Line; readonly config: RestConfig }

/** Throws as well as rejects. */
export type Handle = (asked: Asked, door: Door) => Promise<Answer>

/** Shapes kept; one costs some kilobytes. */
const keptShapes = 1000
/** Requests with longer addresses are seldom repeated. */
const longestShape = 4000

/** Built once per catalogue and configuration; holds the shapes seen. */
export const makeHandle = (deps: HandleDeps, catalogue: Catalogue): Handle => {
  const { config } = deps
  const known = new LRUCache<string, Ready>({ max: keptShapes })

  const prepare = (request: RestRequest, heard: Heard): Ready => {
    const plan = makePlan(parse(request, heard, config), catalogue, config)
    const routine = plan.kind === 'call' ? plan.call.routine : undefined
    const settings = new RoleSettings(catalogue, fixedSettings(plan.wish, config, routine))
    const before = statementsBefore(plan, config)
    return { compiled: compile(plan), catalogue, settings, before, applied: appliedTo(plan) }
  }

  const ready = (request: RestRequest, heard: Heard): Ready => {
    const shape = shapeOf(request, heard)
    const found = known.get(shape)
    if (found !== undefined) return found
    const made = prepare(request, heard)
    if (shape.length <= longestShape) known.set(shape, made)
    return made
  }

  return (asked, door) => {
    const { request } = asked
    const timing = startTiming(config.serverTimingEnabled)
    const heard = hear(request, door, config.maxRows)
    timing.end('parse')
    const prepared = ready(request, heard)
    timing.end('plan')
    const inputs = inputsOf(heard, config.maxRows)
    return run(deps, { ready: prepared, asked, inputs }, (rows) => {
      timing.end('transaction')
      const answer = respond(prepared, rows, {
        range: heard.range,
        query: request.query,
        verbosity: config.clientErrorVerbosity,
      })
      timing.end('response')
      return withTiming(answer, timing)
    })
  }
}
