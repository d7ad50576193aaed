// The MCP door: the remote server at `/mcp` (streamable HTTP, stateless). A bearer token opens it; who has none is
// told where one can be had.

import type { ServicePlugin } from '@plinth/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { makeLibrary } from '../../docs/library.ts'
import { chooseTools, readReach } from '../../mcp/choose-tools.ts'
import { makeMcpServer } from '../../mcp/make-server.ts'
import type { ToolCall } from '../../mcp/tool.ts'
import { resourceMetadataPath } from '../../oauth/metadata-door.ts'
import { originOf } from '../../pages/visit.ts'
import type { Platform } from '../call.ts'
import { type Actor, authenticate } from '../caller.ts'
import { errors } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { makeRateLimit, type RateLimit } from '../rate-limit.ts'
import { runOperation } from '../run-operation.ts'

const identify = async (
  platform: Platform,
  limits: RateLimit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Actor> => {
  const limit = platform.settings.requestsPerMinute
  try {
    const actor = await authenticate(platform.db, request.headers.authorization)
    const rate = limits.take(actor.appId ?? actor.accountId, limit)
    if (rate.isExceeded && !actor.isPlatformOwner) throw errors.tooManyRequests()
    return actor
  } catch (error) {
    if (limits.take(`address ${request.ip}`, limit).isExceeded) throw errors.tooManyRequests()
    const problem = request.headers.authorization === undefined ? '' : 'error="invalid_token", '
    void reply.header(
      'www-authenticate',
      `Bearer ${problem}resource_metadata="${originOf(request)}${resourceMetadataPath}"`,
    )
    throw error
  }
}

/** Fastify's request as the library takes it; the body has been read. */
const toWebRequest = (request: FastifyRequest): Request => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && name !== 'content-length') headers.set(name, [value].flat().join(', '))
  }
  const body = request.method === 'POST' ? { body: JSON.stringify(request.body ?? null) } : {}
  return new Request(`${originOf(request)}${request.url}`, { method: request.method, headers, ...body })
}

const openToBrowsers = (reply: FastifyReply): FastifyReply =>
  reply.headers({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'www-authenticate, mcp-session-id, mcp-protocol-version',
  })

export const mcpDoor =
  (platform: Platform, operations: readonly Operation[]): ServicePlugin =>
  async (app) => {
    const limits = makeRateLimit()
    const byId = new Map(operations.map((operation) => [operation.rest.id, operation]))
    const ids = new Set(byId.keys())
    const library = makeLibrary(platform.settings.docsFolder, operations)

    const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      openToBrowsers(reply)
      const actor = await identify(platform, limits, request, reply)
      const reach = readReach(request.query as Record<string, unknown>) // Fastify has parsed it; any value may come
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const ask: ToolCall['ask'] = async (id, raw) => {
        const operation = byId.get(id)
        if (operation === undefined) throw new Error(`There is no operation ${id}.`)
        const { id: requestId, ip: address } = request
        return runOperation(platform, operation, { actor, raw, requestId, address, signal: gone.signal })
      }
      const { createMcpHandler } = await import('@modelcontextprotocol/server')
      const { projectRef, isReadOnly } = reach
      const call = { ask, settings: platform.settings, library, isReadOnly, projectRef }
      const tools = chooseTools(reach, ids)
      const handler = createMcpHandler(() => makeMcpServer({ tools, call, observe: platform.observe }))
      return reply.send(await handler.fetch(toWebRequest(request), { parsedBody: request.body }))
    }

    app.route({ method: ['GET', 'POST', 'DELETE'], url: '/mcp', config: { name: 'mcp' }, handler: answer })
    app.options('/mcp', { config: { name: 'mcp.preflight' } }, async (_request, reply) =>
      openToBrowsers(reply)
        .header('access-control-allow-methods', 'GET, POST, DELETE')
        .header(
          'access-control-allow-headers',
          'authorization, content-type, accept, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, last-event-id',
        )
        .code(204)
        .send(),
    )
  }
