// OpenAPI 3.1 of a list of operations. Pure: the same operations give the same document.

import { z } from 'zod'
import type { Operation } from './operation.ts'
import { type Source, sourceOf } from './read-input.ts'

type Json = Readonly<Record<string, unknown>>

export type OpenApi = {
  readonly openapi: '3.1.0'
  readonly info: Json
  readonly servers: readonly Json[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: Json
}

export type OpenApiOperation = {
  readonly operationId: string
  /** The operation's own name: what `plinth api` calls it. */
  readonly 'x-plinth-name'?: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Json }
  readonly responses: Readonly<Record<string, Json>>
  readonly security: readonly Json[]
  readonly 'x-fga-permissions'?: readonly (readonly string[])[]
}

export type OpenApiParameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Json
}

/** As JSON Schema, for documents and generated code. */
export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Inputs of one source, as an object schema of their own. */
const partOf = ({ rest, input }: Operation, source: Source): Json => {
  const names = Object.keys(input.shape).filter((name) => sourceOf(rest, name) === source)
  return jsonSchema(
    z.strictObject(Object.fromEntries(names.map((name) => [name, input.shape[name]]))),
    'input',
  )
}

const Part = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
})

const parameters = (operation: Operation): readonly OpenApiParameter[] =>
  (['path', 'query', 'header'] as const).flatMap((place) => {
    const { properties, required } = Part.parse(partOf(operation, place))
    return Object.entries(properties).map(([name, schema]) => ({
      name: place === 'header' ? (operation.rest.headers?.[name] ?? name) : name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema,
    }))
  })

const wholeBody = ({ rest, input }: Operation, name: string): OpenApiOperation['requestBody'] => {
  const whole = input.shape[name]
  if (whole === undefined) throw new Error(`${rest.id} has no input ${name}.`)
  const types = rest.consumes ?? ['application/json']
  const content = Object.fromEntries(types.map((type) => [type, { schema: jsonSchema(whole, 'input') }]))
  return { required: true, content }
}

const requestBody = (operation: Operation): OpenApiOperation['requestBody'] => {
  if (operation.rest.bodyAs !== undefined) return wholeBody(operation, operation.rest.bodyAs)
  const schema = partOf(operation, 'body')
  const { properties, required } = Part.parse(schema)
  return Object.keys(properties).length === 0
    ? undefined
    : { required: required.length > 0, content: { 'application/json': { schema } } }
}

const success = ({ output, about, rest }: Operation): Json => {
  if (output instanceof z.ZodVoid) return { description: about }
  const schema = jsonSchema(output, 'output')
  return rest.answersIn === undefined
    ? { description: about, content: { 'application/json': { schema } } }
    : { description: about, headers: { [rest.answersIn]: { schema } } }
}

const failures = ['400', '401', '403', '404', '429']

const describeOperation = (operation: Operation): OpenApiOperation => {
  const { name, rest, about, scope } = operation
  const body = requestBody(operation)
  return {
    operationId: rest.id,
    'x-plinth-name': name,
    summary: about,
    tags: [rest.tag],
    parameters: parameters(operation),
    ...(body !== undefined && { requestBody: body }),
    responses: {
      [rest.status]: success(operation),
      ...Object.fromEntries(failures.map((status) => [status, { $ref: '#/components/responses/Error' }])),
    },
    security: [{ bearer: [] }],
    ...(scope.any.length > 0 && { 'x-fga-permissions': scope.any.map((permission) => [permission]) }),
  }
}

const components: Json = {
  securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A personal access token.' } },
  schemas: {
    Error: {
      type: 'object',
      properties: {
        message: {
          description: 'One problem, or a list of them.',
          anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        },
        missing_permissions: { type: 'array', items: { type: 'string' } },
      },
      required: ['message'],
    },
  },
  responses: {
    Error: {
      description: 'What went wrong.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  },
}

const templated = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

/**
 * The document that is served, committed under `openapi/` and turned into the reference page. `others` are paths
 * behind which there is no operation.
 */
export const describeOperations = (
  operations: readonly Operation[],
  others: OpenApi['paths'] = {},
): OpenApi => {
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const operation of operations) {
    const path = templated(operation.rest.path)
    paths[path] = { ...paths[path], [operation.rest.method.toLowerCase()]: describeOperation(operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plinth Management API',
      version: '1',
      description: 'Create, configure and look after projects.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ rest }) => rest.tag))].map((name) => ({ name })),
    paths: { ...paths, ...others },
    components,
  }
}
