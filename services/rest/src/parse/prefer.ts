// The `Prefer` header (RFC 7240): of each preference the first counts, unknown ones are remembered.

export type Preferences = {
  readonly resolution: 'merge-duplicates' | 'ignore-duplicates' | undefined
  readonly return: 'representation' | 'minimal' | 'headers-only' | undefined
  readonly count: 'exact' | 'planned' | 'estimated' | undefined
  readonly tx: 'commit' | 'rollback' | undefined
  readonly missing: 'default' | 'null' | undefined
  readonly handling: 'strict' | 'lenient' | undefined
  readonly timezone: string | undefined
  readonly maxAffected: number | undefined
  readonly unknown: readonly string[]
}

export const noPreferences: Preferences = {
  resolution: undefined,
  return: undefined,
  count: undefined,
  tx: undefined,
  missing: undefined,
  handling: undefined,
  timezone: undefined,
  maxAffected: undefined,
  unknown: [],
}

const known: ReadonlyMap<string, readonly string[]> = new Map([
  ['resolution', ['merge-duplicates', 'ignore-duplicates']],
  ['return', ['representation', 'minimal', 'headers-only']],
  ['count', ['exact', 'planned', 'estimated']],
  ['tx', ['commit', 'rollback']],
  ['missing', ['default', 'null']],
  ['handling', ['strict', 'lenient']],
])

type Reading = {
  readonly found: Record<string, unknown>
  readonly unknown: string[]
  readonly allowTx: boolean
}

const readPreference = (preference: string, { found, unknown, allowTx }: Reading): void => {
  const equals = preference.indexOf('=')
  const name = preference.slice(0, equals)
  const value = preference.slice(equals + 1)
  if (name === 'timezone') found['timezone'] ??= value
  else if (name === 'max-affected') {
    if (/^-?\d+$/.test(value)) found['maxAffected'] ??= Number(value)
  } else if (!known.get(name)?.includes(value)) unknown.push(preference)
  else if (name !== 'tx' || allowTx) found[name] ??= value
}

/** `allowTx`: whether the configuration lets a request choose how its transaction ends. */
export const parsePrefer = (header: string | undefined, allowTx: boolean): Preferences => {
  if (header === undefined) return noPreferences
  const reading: Reading = { found: {}, unknown: [], allowTx }
  for (const preference of header.split(',')) readPreference(preference.trim(), reading)
  // Every value was checked against the list of its name above.
  return { ...noPreferences, ...reading.found, unknown: reading.unknown } as Preferences
}

const rendered = (name: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [`${name}=${value}`]

/** `Preference-Applied`, in the reference server's order; `undefined` when nothing was honoured. */
export const renderApplied = (applied: Preferences): string | undefined => {
  const parts = [
    ...rendered('resolution', applied.resolution),
    ...rendered('missing', applied.missing),
    ...rendered('return', applied.return),
    ...rendered('count', applied.count),
    ...rendered('tx', applied.tx),
    ...rendered('handling', applied.handling),
    ...rendered('timezone', applied.timezone),
    ...(applied.handling === 'strict' ? rendered('max-affected', applied.maxAffected) : []),
  ]
  return parts.length === 0 ? undefined : parts.join(', ')
}
