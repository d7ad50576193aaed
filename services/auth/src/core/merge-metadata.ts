// How metadata is changed: keys are set, null removes one, the others stay.

type Json = Readonly<Record<string, unknown>>

export const mergeMetadata = (old: Json, changes: Json): Json =>
  Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== null))
