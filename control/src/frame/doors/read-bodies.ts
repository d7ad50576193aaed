// Bodies that the REST door reads: JSON, forms with files, and bundles of functions. Any other type is refused.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { errors } from '../errors.ts'
import { readForm } from '../form.ts'

/**
 * `content-type: application/json` with nothing behind it is no body, not a wrong one. Text is read as JSON as well:
 * the library `supabase-management-js` names no type where upstream's interface has several. That opens nothing to
 * other people's pages: this door knows callers by their token alone, never by a cookie.
 */
const readJson = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser<string>(
    ['application/json', 'text/plain'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body.trim() === '') done(null, undefined)
      else void parse(request, body, done)
    },
  )
}

const readForms = (app: FastifyInstance): void => {
  app.addContentTypeParser<Buffer>(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      try {
        return await readForm(String(request.headers['content-type']), body)
      } catch {
        throw errors.invalid(['The form cannot be read: it is cut short or its boundary is missing'])
      }
    },
  )
}

export const readBodies = (app: FastifyInstance): void => {
  readJson(app)
  readForms(app)
  const bundles = ['application/vnd.denoland.eszip', 'application/octet-stream']
  app.addContentTypeParser<Buffer>(bundles, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}
