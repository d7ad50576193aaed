// Bodies as GoTrue reads them: JSON whatever the content type, absent and null keys empty, unknown keys ignored.

import { isPlinthError } from '@plinth/errors'
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

/** Escapes that may stand for what Postgres cannot keep: NUL and halves of surrogate pairs. */
const suspicious = /\\u(?:0000|d[89a-f]..)/i

const isStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, one]) => isStorable(key) && isStorable(one))
}

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw errors.badJson(error instanceof Error ? error.message : 'syntax error')
  }
}

const parse = (body: unknown): unknown => {
  if (typeof body !== 'string' || body === '') throw errors.badJson('unexpected end of JSON input')
  // `null` sets nothing, as an empty object does.
  const value = parseJson(body) ?? {}
  if (suspicious.test(body) && !isStorable(value))
    throw errors.badJson('text with characters that cannot be kept')
  return value
}

export const readBody = <T>({ body }: FastifyRequest, shape: z.ZodType<T>): T => {
  const result = shape.safeParse(parse(body))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw errors.badJson(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unexpected shape'}`)
}

/** Where the words for what is no JSON are others. */
export const readBodyOr = <T>(request: FastifyRequest, shape: z.ZodType<T>, problem: string): T => {
  try {
    return readBody(request, shape)
  } catch (error) {
    throw isPlinthError(error) && error.code === 'bad_json' ? errors.badBody(problem) : error
  }
}

/** A value of the query, the first one when it is repeated. */
export const queryText = ({ query }: FastifyRequest, name: string): string => {
  // Fastify's own parser made it: a flat record of texts or lists of texts.
  const value = (query as Readonly<Record<string, string | string[] | undefined>>)[name]
  const first = (Array.isArray(value) ? value[0] : value) ?? ''
  if (first.includes('\0')) throw errors.invalid(`${name} holds a character that is not allowed`)
  return first
}
