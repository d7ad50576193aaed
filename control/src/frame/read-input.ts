// Collects an operation's input from an HTTP request: path, query, headers and body, each input from its one
// place. Query text becomes booleans, numbers and lists where the schema asks for them.

import { z } from 'zod'
import { errors } from './errors.ts'
import type { Operation, RestShape } from './operation.ts'

export type Source = 'path' | 'query' | 'header' | 'body'

const hasBody = ({ method, hasBody }: RestShape): boolean =>
  hasBody === true || !['GET', 'HEAD', 'DELETE'].includes(method)

/** Where the REST door reads an input. */
export const sourceOf = (rest: RestShape, name: string): Source => {
  if (rest.path.split('/').includes(`:${name}`)) return 'path'
  if (rest.headers?.[name] !== undefined) return 'header'
  if (rest.bodyAs !== undefined) return rest.bodyAs === name ? 'body' : 'query'
  return !hasBody(rest) || rest.query?.includes(name) ? 'query' : 'body'
}

/** The type below `optional`, `default` and `nullable`. */
const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
    ? bare(schema.unwrap())
    : schema

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** Lists come comma-joined, repeated, or both. */
const readList = (value: unknown): unknown =>
  [value].flat().flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]))

/** Text that does not fit is left as it is: the schema then says what is wrong with it. */
const readText = (schema: unknown, value: unknown): unknown => {
  if (value === undefined) return undefined
  const type = bare(schema)
  if (type instanceof z.ZodArray) return readList(value)
  const text = Array.isArray(value) ? value.at(-1) : value
  if (typeof text !== 'string') return text
  if (type instanceof z.ZodBoolean) return booleans.get(text) ?? text
  if (type instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  return text
}

export type HttpParts = {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

const readBody = (operation: Operation, body: unknown): Record<string, unknown> => {
  const { bodyAs } = operation.rest
  if (bodyAs !== undefined) return { [bodyAs]: body }
  if (body === undefined || !hasBody(operation.rest)) return {}
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw errors.invalid(['Invalid input: expected object'])
  }
  const foreign = Object.keys(body).filter(
    (name) => name in operation.input.shape && sourceOf(operation.rest, name) !== 'body',
  )
  if (foreign.length > 0) throw errors.invalid(foreign.map((name) => `property ${name} should not exist`))
  return { ...body }
}

export const readInput = (operation: Operation, parts: HttpParts): Record<string, unknown> => {
  const { rest, input } = operation
  const raw = readBody(operation, parts.body)
  const fetch: Readonly<Record<Source, (name: string) => unknown>> = {
    path: (name) => parts.params[name],
    query: (name) => readText(input.shape[name], parts.query[name] ?? parts.query[`${name}[]`]),
    header: (name) => parts.headers[rest.headers?.[name] ?? name],
    body: (name) => raw[name],
  }
  for (const name of Object.keys(input.shape)) {
    const value = fetch[sourceOf(rest, name)](name)
    if (value !== undefined) raw[name] = value
  }
  return raw
}
