// Bodies as GoTrue reads them: JSON whatever the content type, absent and null keys empty, unknown keys ignored.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { errors } from '../errors.ts'

const limit = 1024 * 1024

/** Body fields: absent or null is the empty value. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)
export const record = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {})
/** Where absent and empty mean different things. */
export const maybeText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined)
export const maybeRecord = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? undefined)

export const challenge = { code_challenge: text, code_challenge_method: text }

/** Takes any content type; parsing waits for the handler, which knows the shape. */
export const acceptJson = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: limit }, (_request, body, done) =>
    done(null, body),
  )
}

export const hasBody = ({ body }: FastifyRequest): boolean => typeof body === 'string' && body !== ''

const parse = (body: unknown): unknown => {
  if (typeof body !== 'string' || body === '') throw errors.badJson('unexpected end of JSON input')
  try {
    return JSON.parse(body)
  } catch (error) {
    throw errors.badJson(error instanceof Error ? error.message : 'syntax error')
  }
}

export const readBody = <T>({ body }: FastifyRequest, shape: z.ZodType<T>): T => {
  const result = shape.safeParse(parse(body))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw errors.badJson(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unexpected shape'}`)
}

/** A value of the query, the first one when it is repeated. */
export const queryText = ({ query }: FastifyRequest, name: string): string => {
  // Fastify's own parser made it: a flat record of texts or lists of texts.
  const value = (query as Readonly<Record<string, string | string[] | undefined>>)[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
