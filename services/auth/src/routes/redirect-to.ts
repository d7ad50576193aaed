// Where links of this request lead in the end: asked for by header or query, else the page it came from.

import type { FastifyRequest } from 'fastify'
import { chooseRedirect } from '../core/redirect.ts'
import type { Parts } from '../deps.ts'
import { queryText } from './read-body.ts'

export const redirectOf = ({ config }: Parts, request: FastifyRequest, wish?: string): string => {
  const { referer, redirect_to: named } = request.headers
  const asked = typeof named === 'string' && named !== '' ? named : queryText(request, 'redirect_to')
  return chooseRedirect(config, wish, asked, referer)
}
