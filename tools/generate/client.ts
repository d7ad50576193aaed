// web/client/src/operations.generated.ts: types and places of every operation, for the typed client.

import { join } from 'node:path'
import type { Operation } from '../../control/src/index.ts'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

type Json = Readonly<Record<string, unknown>>

const isPlain = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)
const key = (name: string): string => (isPlain(name) ? name : JSON.stringify(name))

const printObject = (schema: Json): string => {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
  const required = (schema['required'] ?? []) as readonly string[]
  const more = schema['additionalProperties']
  if (properties.length === 0) {
    if (more === false || more === undefined) return 'Record<string, never>'
    return `Readonly<Record<string, ${print(more as Json)}>>`
  }
  const lines = properties.map(
    ([name, value]) => `readonly ${key(name)}${required.includes(name) ? '' : '?'}: ${print(value)}`,
  )
  return `{ ${lines.join('; ')} }`
}

/** `api-keys` → `apiKeys`. */
const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const union = (types: readonly string[]): string => [...new Set(types)].join(' | ')

const printType = (type: unknown, schema: Json): string => {
  if (type === 'object') return printObject(schema)
  if (type === 'array') return `readonly (${print((schema['items'] ?? {}) as Json)})[]`
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'string' || type === 'boolean' || type === 'null' ? type : 'unknown'
}

/** JSON Schema as a TypeScript type. */
const print = (schema: Json): string => {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((value) => JSON.stringify(value)))
  const any = (schema['anyOf'] ?? schema['oneOf']) as readonly Json[] | undefined
  if (any !== undefined) return union(any.map(print))
  const all = schema['allOf'] as readonly Json[] | undefined
  if (all !== undefined) return all.map((part) => `(${print(part)})`).join(' & ')
  if (schema['type'] === undefined) return 'unknown'
  return union([schema['type']].flat().map((type) => printType(type, schema)))
}

const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`

const shapeOf = ({ rest, input }: Operation): string => {
  const hasBody = rest.hasBody === true || !['GET', 'DELETE'].includes(rest.method)
  const inPath = rest.path.match(/:\w+/g)?.map((name) => name.slice(1)) ?? []
  const placed = new Set([...inPath, ...Object.keys(rest.headers ?? {}), rest.bodyAs])
  const left = Object.keys(input.shape).filter((name) => !placed.has(name))
  const query = hasBody && rest.bodyAs === undefined ? (rest.query ?? []) : left
  const parts = [
    `method: ${quote(rest.method)}`,
    `path: ${quote(rest.path)}`,
    ...(query.length > 0 ? [`query: [${query.map(quote).join(', ')}]`] : []),
    ...(rest.headers ? [`headers: ${JSON.stringify(rest.headers)}`] : []),
    ...(rest.bodyAs === undefined ? [] : [`body: ${quote(rest.bodyAs)}`]),
  ]
  return `{ ${parts.join(', ')} }`
}

export const generateClient = async (): Promise<readonly Generated[]> => {
  const { jsonSchema, operations } = await import('../../control/src/index.ts')
  const typeOf = (schema: Operation['output'], io: 'input' | 'output') =>
    schema.def.type === 'void' ? 'undefined' : print(jsonSchema(schema, io))
  const domains = Map.groupBy(operations, ({ name }) => name.split('.')[0] ?? '')
  const types = [...domains].map(([domain, members]) => {
    const lines = members.map(
      ({ name, about, input, output }) =>
        `    /** ${about.replaceAll('*/', '* /')} */\n    readonly ${camel(name.slice(domain.length + 1))}: { readonly input: ${typeOf(input, 'input')}; readonly output: ${typeOf(output, 'output')} }`,
    )
    return `  readonly ${camel(domain)}: {\n${lines.join('\n')}\n  }`
  })
  const places = operations.map((operation) => `  ${quote(camel(operation.name))}: ${shapeOf(operation)},`)
  const text = [
    '// Made from the operations of the control plane by `npm run generate`.\n',
    "import type { Shape } from './client.ts'\n",
    `export type Operations = {\n${types.join('\n')}\n}\n`,
    `export const shapes: Readonly<Record<string, Shape>> = {\n${places.join('\n')}\n}\n`,
  ].join('\n')
  return [{ path: join(root, 'web/client/src/operations.generated.ts'), text }]
}
