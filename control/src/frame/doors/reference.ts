// Where people and generators read what this API offers. Open to everybody: it holds no secret.

import type { ServicePlugin } from '@plinth/http'
import type { OpenApi } from '../openapi.ts'
import { referencePage } from './reference-page.ts'

export const referenceDoor =
  (document: OpenApi): ServicePlugin =>
  async (app) => {
    const page = referencePage(document)
    for (const path of ['/api/v1-json', '/v1/openapi.json']) {
      app.get(path, { config: { name: 'reference.openapi' } }, async () => document)
    }
    app.get('/docs', { config: { name: 'reference.page' } }, async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        )
        .send(page),
    )
  }
