// What the REST service is made of: one route, and a handler per catalogue. Mount it under any prefix; the
// prefix is cut off the path.

import type { Observe, RestConfig } from '@plinth/contracts'
import { renderWith, type ServicePlugin } from '@plinth/http'
import type { Line } from '@plinth/postgres'
import type { Catalogue } from '@plinth/schema'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { restDialect } from './dialect.ts'
import { errors } from './errors.ts'
import { type Asked, type Handle, makeHandle } from './handle.ts'
import { parseDoor, type RestRequest } from './parse/wish.ts'
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

const send = (reply: FastifyReply, answer: Answer): FastifyReply => {
  void reply.code(answer.status).headers(answer.headers)
  const { body } = answer
  if (typeof body !== 'string') return reply.send(body ?? undefined)
  // Text of a type without a character set goes as bytes, or the framework would add one.
  return reply.send(String(answer.headers['content-type']).includes('charset=') ? body : Buffer.from(body))
}

const readRequest = (request: FastifyRequest, prefixLength: number): RestRequest => {
  const { url } = request
  const mark = url.indexOf('?')
  return {
    method: request.method,
    path: (mark < 0 ? url : url.slice(0, mark)).slice(prefixLength) || '/',
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.headers,
    // The parser below hands bodies on as bytes.
    body: request.body as Buffer | undefined,
  }
}

/** The REST API of one database: tables, views and functions of the exposed schemas, PostgREST's way. */
export const restService = (deps: RestDeps): ServicePlugin => {
  const { config: given } = deps
  const configOf = typeof given === 'function' ? given : () => given
  let newest: Generation | undefined
  const generation = (): Generation => {
    const catalogue = deps.schema.current()
    if (catalogue === undefined) throw errors.noCatalogue()
    const config = configOf()
    if (newest?.catalogue === catalogue && newest.config === config) return newest
    newest = { catalogue, config, handle: makeHandle({ line: deps.line, config }, catalogue) }
    return newest
  }

  const answer = (asked: Asked): Answer | Promise<Answer> => {
    const { catalogue, config, handle } = generation()
    const door = parseDoor(asked.request, config)
    if (door.action === 'info') return infoAnswer(catalogue, door)
    if (door.action === 'inspect')
      return rootAnswer({ line: deps.line, config, catalogue, address: deps.address }, asked, door)
    return handle(asked, door)
  }

  return async (app) => {
    const prefixLength = app.prefix === '/' ? 0 : app.prefix.length
    app.setErrorHandler(renderWith(restDialect(() => configOf().clientErrorVerbosity)))
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      checkToken(request)
      const { caller } = request
      const isAuthenticated = caller.role !== configOf().anonRole
      return send(
        reply,
        await answer({ request: readRequest(request, prefixLength), caller, isAuthenticated }),
      )
    }
    for (const url of ['/', '/*'])
      app.route({ method: methods, url, handler, exposeHeadRoute: false, config: { name: 'rest' } })
  }
}
