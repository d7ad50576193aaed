// Values of the program → Postgres' text form, the only form either client sends.

export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly Value[]
  | { readonly json: unknown }

/** Text form of one value; `null` is the SQL null. */
export const toText = (value: Value): string | null => {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? null : objectToText(value)
    default:
      throw new TypeError(
        `A value of the type ${typeof value} cannot be a parameter; use null for "no value".`,
      )
  }
}

const objectToText = (value: object): string => {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`
  if ('json' in value) return JSON.stringify(value.json ?? null)
  throw new TypeError('An object can be a parameter only as { json: … }.')
}

/** Inside an array only nested arrays and null stand without quotes. */
const element = (value: Value): string => {
  const text = toText(value)
  if (text === null) return 'NULL'
  return Array.isArray(value) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}
