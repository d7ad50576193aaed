// Reading documents of strangers: nothing is where it should be until it was looked at.

/** What stands at `path`, if anything does. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  // Looked at above.
  return at((value as Readonly<Record<string | number, unknown>>)[key], ...rest)
}

/** Text as it is, numbers spelled out, `''` for everything else. */
export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

/** Some services write their flags as text. */
export const flagAt = (value: unknown, ...path: readonly (string | number)[]): boolean => {
  const found = at(value, ...path)
  return found === true || found === 'true' || found === '1' || found === 1
}

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}
