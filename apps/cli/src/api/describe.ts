// The operations of an installation, as its own description of its Management API has them.

import { z } from 'zod'

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema: z.record(z.string(), z.unknown()).default({}),
})
const Schema = z.looseObject({
  type: z.unknown().optional(),
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  required: z.array(z.string()).optional(),
})
const Described = z.looseObject({
  operationId: z.string(),
  'x-plinth-name': z.string().optional(),
  summary: z.string().default(''),
  parameters: z.array(Parameter).default([]),
  requestBody: z
    .object({
      required: z.boolean().default(false),
      content: z.record(z.string(), z.object({ schema: Schema.optional() })),
    })
    .optional(),
})
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

/** One thing that is given with an operation: `--name value`. */
export type Argument = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'body'
  readonly required: boolean
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>
}

export type Described = {
  /** `projects.pause`. */
  readonly name: string
  readonly id: string
  readonly about: string
  readonly method: string
  readonly path: string
  readonly arguments: readonly Argument[]
  /** The body is one value, given as JSON with `--body`. */
  readonly wholeBody: boolean
  /** The body is no JSON: a form or a file. */
  readonly isForm: boolean
}

const bodyArguments = (body: z.output<typeof Described>['requestBody']): readonly Argument[] => {
  const { properties = {}, required = [] } = body?.content['application/json']?.schema ?? {}
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'body' as const,
    required: required.includes(name),
    schema,
  }))
}

const describe = (method: string, path: string, raw: unknown): Described | undefined => {
  const { data } = Described.safeParse(raw)
  const name = data?.['x-plinth-name']
  if (data === undefined || name === undefined) return undefined
  const fields = bodyArguments(data.requestBody)
  const isForm = data.requestBody !== undefined && data.requestBody.content['application/json'] === undefined
  return {
    name,
    id: data.operationId,
    about: data.summary,
    method: method.toUpperCase(),
    path,
    arguments: [...data.parameters, ...fields],
    wholeBody: data.requestBody !== undefined && !isForm && fields.length === 0,
    isForm,
  }
}

/** Every operation that has a name, in the order of the document. */
export const readOperations = (document: unknown): readonly Described[] =>
  Object.entries(Document.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, raw]) => describe(method, path, raw) ?? []),
  )
