// Two-level maps: schema → name → thing.

import type { ByName, QualifiedName } from '../catalogue.ts'

/** Later things of the same name take the place of earlier ones. */
export const byName = <T>(things: Iterable<readonly [QualifiedName, T]>): ByName<T> => {
  const schemas = new Map<string, Map<string, T>>()
  for (const [{ schema, name }, thing] of things) {
    const names = schemas.get(schema)
    if (names === undefined) schemas.set(schema, new Map([[name, thing]]))
    else names.set(name, thing)
  }
  return schemas
}

/** Appends to the list under a key. */
export const push = <K, T>(lists: Map<K, T[]>, key: K, thing: T): void => {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [thing])
  else list.push(thing)
}
