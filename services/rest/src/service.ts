// What the REST service is made of: a handler per catalogue, for the hot line or as a plugin under any prefix.

import type { Observe, RestConfig } from '@plinth/contracts'
import {
  type DirectAnswer,
  type DirectService,
  renderWith,
  type ServicePlugin,
  type ServiceRequest,
} from '@plinth/http'
import type { Line } from '@plinth/postgres'
import type { Catalogue } from '@plinth/schema'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { restDialect } from './dialect.ts'
import { errors } from './errors.ts'
import { type Asked, type Handle, makeHandle } from './handle.ts'
import { parseDoor } from './parse/wish.ts'
import type { Answer } from './respond.ts'
import { infoAnswer, rootAnswer, type ServerAddress } from './root.ts'
import { checkToken } from './token-problem.ts'

export type RestDeps = {
  readonly line: Line
  /** The newest catalogue; `undefined` before the first one has been read. */
  readonly schema: { readonly current: () => Catalogue | undefined }
  /** A function is asked at each request: together with the catalogue it may be another one. */
  readonly config: RestConfig | (() => RestConfig)
  /** Where the service listens itself, for the OpenAPI document. */
  readonly address?: ServerAddress
  readonly observe: Observe
}

/** What one catalogue leads to. A new one starts with no shapes: they were planned against the old one. */
type Generation = {
  readonly catalogue: Catalogue
  readonly config: RestConfig
  readonly handle: Handle
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The REST API of one database: tables, views and functions of the exposed schemas, PostgREST's way. */
export const restLine = (deps: RestDeps): DirectService => {
  const { config: given } = deps
  const configOf = typeof given === 'function' ? given : () => given
  let newest: Generation | undefined
  const generation = (): Generation => {
    const catalogue = deps.schema.current()
    if (catalogue === undefined) throw errors.noCatalogue()
    const config = configOf()
    if (newest?.catalogue === catalogue && newest.config === config) return newest
    if (newest !== undefined && newest.catalogue !== catalogue) deps.line.forget()
    newest = { catalogue, config, handle: makeHandle({ line: deps.line, config }, catalogue) }
    return newest
  }

  const answer = (asked: Asked): Promise<Answer> => {
    const { catalogue, config, handle } = generation()
    const door = parseDoor(asked.request, config)
    if (door.action === 'info') return Promise.resolve(infoAnswer(catalogue, config, door))
    if (door.action === 'inspect')
      return rootAnswer({ line: deps.line, config, catalogue, address: deps.address }, asked, door)
    return handle(asked, door)
  }

  return {
    name: 'rest',
    dialect: restDialect(() => configOf().clientErrorVerbosity),
    answer: (request, body) => {
      checkToken(request)
      const { method, path, query, headers, caller } = request
      if (caller === undefined) throw new Error('A request came without a caller.')
      return answer({
        request: { method, path, query, headers, body },
        caller,
        isAuthenticated: caller.role !== configOf().anonRole,
        isGone: () => request.isGone === true,
      })
    },
  }
}

const send = (reply: FastifyReply, answer: DirectAnswer): FastifyReply => {
  void reply.code(answer.status).headers(answer.headers)
  const { body } = answer
  if (typeof body !== 'string') return reply.send(body ?? undefined)
  // Text of a type without a character set goes as bytes, or the framework would add one.
  return reply.send(String(answer.headers['content-type']).includes('charset=') ? body : Buffer.from(body))
}

const readRequest = (request: FastifyRequest, prefixLength: number): ServiceRequest => {
  const { url } = request
  const mark = url.indexOf('?')
  return {
    method: request.method,
    path: (mark < 0 ? url : url.slice(0, mark)).slice(prefixLength) || '/',
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.headers,
    caller: request.caller,
    tokenProblem: request.tokenProblem,
  }
}

/** The same behind a framework's hooks, for a server of its own. */
export const restService = (deps: RestDeps): ServicePlugin => {
  const line = restLine(deps)
  return async (app) => {
    const prefixLength = app.prefix === '/' ? 0 : app.prefix.length
    app.setErrorHandler(renderWith(line.dialect))
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const handler = async (request: FastifyRequest, reply: FastifyReply) =>
      // The parser above hands bodies on as bytes.
      send(reply, await line.answer(readRequest(request, prefixLength), request.body as Buffer | undefined))
    for (const url of ['/', '/*'])
      app.route({ method: methods, url, handler, exposeHeadRoute: false, config: { name: line.name } })
  }
}
