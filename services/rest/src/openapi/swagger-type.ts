// Postgres types and defaults → what Swagger 2.0 calls them.

export type SwaggerType = {
  readonly type?: string
  readonly format?: string
  readonly items?: { readonly type?: string; readonly format?: string }
}

const types = new Map([
  ['boolean', 'boolean'],
  ['smallint', 'integer'],
  ['integer', 'integer'],
  ['bigint', 'integer'],
  ['numeric', 'number'],
  ['real', 'number'],
  ['double precision', 'number'],
])

const formats = new Map([
  ['smallint', 'int32'],
  ['integer', 'int32'],
  ['bigint', 'int64'],
])

/** `undefined` stands for any value: json has no type. */
export const typeOf = (type: string): string | undefined => {
  if (type === 'json' || type === 'jsonb') return undefined
  return types.get(type) ?? (type.endsWith('[]') ? 'array' : 'string')
}

export const formatOf = (type: string): string => formats.get(type) ?? type

/** `integer[]` → `integer`. */
export const elementOf = (type: string): string => type.slice(0, -2)

/** Type, format and element type of a value in a body. */
export const swaggerType = (type: string): SwaggerType => {
  const element = typeOf(elementOf(type))
  return {
    ...named(typeOf(type)),
    format: formatOf(type),
    ...(typeOf(type) === 'array' ? { items: named(element) } : {}),
  }
}

const named = (type: string | undefined): { readonly type?: string } => (type === undefined ? {} : { type })

/** The value of a constant default; an expression counts only for types that are told as strings. */
export const defaultOf = (type: string, text: string): unknown => {
  if (typeOf(type) !== 'string') return parseJson(text)
  const cast = `::${type}`
  const value = text.endsWith(cast) ? text.slice(0, -cast.length).replace(/^'+|'+$/g, '') : text
  return parseJson(`"${value}"`)
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
