// The interface of the API we are compatible with, as a data file beside the repository where there is one.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

const file = join(import.meta.dirname, '../../../shared/spec/management-api.openapi.json')

type Json = { readonly [key: string]: unknown }
type Described = {
  readonly operationId: string
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: Json }>> }>
  >
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Json }
}

const load = (): Document | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** OpenAPI 3.0 as JSON Schema: `nullable`, references, and enums that may grow. */
const convert = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(convert)
  if (typeof node !== 'object' || node === null) return node
  const { nullable, 'x-open-enum': isOpen, ...rest } = node as Record<string, unknown>
  if (isOpen) delete rest['enum']
  // Booleans here are of the older notation; none of them matters for replies.
  for (const name of ['exclusiveMinimum', 'exclusiveMaximum']) {
    if (typeof rest[name] === 'boolean') delete rest[name]
  }
  const entries = Object.entries(rest).map(([key, value]) => [
    key,
    key === '$ref' ? String(value).replace('#/components/schemas/', '#/$defs/') : convert(value),
  ])
  const schema = Object.fromEntries(entries)
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema
}

export type UpstreamReply = { readonly status: number; readonly validate: ValidateFunction | undefined }

/** Success status and body of an operation upstream. `undefined` where the file is missing. */
export const upstreamReplies = (): ((id: string) => UpstreamReply | undefined) | undefined => {
  const document = load()
  if (document === undefined) return undefined
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const $defs = convert(document.components.schemas)
  const all = Object.values(document.paths).flatMap((path) => Object.values(path))
  return (id) => {
    const { responses = {} } = all.find(({ operationId }) => operationId === id) ?? {}
    const [status, response] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? []
    if (status === undefined) return undefined
    const schema = response?.content?.['application/json']?.schema
    const validate = schema && ajv.compile({ ...(convert(schema) as object), $defs })
    return { status: Number(status), validate }
  }
}

/** Names of the properties of one of upstream's shapes. `undefined` where the file is missing. */
export const upstreamKeys = (name: string): string[] | undefined => {
  const schema = load()?.components.schemas[name] as { properties: object } | undefined
  return schema && Object.keys(schema.properties)
}
