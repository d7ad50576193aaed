// Reads settings by PostgREST's names out of sources, the strongest first, and turns their texts into values.
// `undefined`: no source names it. `null`: a source names it without a usable value, so PostgREST's default counts.

/** A file knows numbers and booleans; environment and database only text. */
export type SettingValue = string | number | boolean

/** One place settings come from, by name with dashes: `db-max-rows`. */
export type SettingSource = (name: string) => SettingValue | undefined

export class SettingProblem extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SettingProblem'
  }
}

type Given<T> = T | null | undefined

/** Each takes the setting's name and, after it, names of the past. */
export type SettingReader = {
  readonly text: (...names: readonly string[]) => Given<string>
  /** An empty text is a value. */
  readonly anyText: (name: string) => Given<string>
  readonly integer: (...names: readonly string[]) => Given<number>
  readonly isOn: (...names: readonly string[]) => Given<boolean>
}

/** Haskell's way of showing a value where text was expected. */
const shown = (value: SettingValue): string => {
  if (typeof value === 'boolean') return `Bool ${value ? 'True' : 'False'}`
  return typeof value === 'number' ? `Number ${value.toFixed(1)}` : value
}

const toInteger = (value: SettingValue): number | null => {
  if (typeof value === 'boolean') return null
  const number = typeof value === 'number' ? value : /^\s*-?\d+\s*$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : null
}

const toBoolean = (value: SettingValue): boolean | null => {
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : null
  const letters = value.replace(/[^\p{L}]/gu, '').toLowerCase()
  if (letters === 'true' || letters === 'false') return letters === 'true'
  const number = toInteger(value)
  return number === null ? null : number > 0
}

const filled = (text: string): string | null => (text === '' ? null : text)

/** The first source that names a setting decides. An alias is looked at when the name itself gives no value. */
export const settingReader = (...sources: readonly SettingSource[]): SettingReader => {
  const find = (name: string): SettingValue | undefined => {
    for (const source of sources) {
      const value = source(name)
      if (value !== undefined) return value
    }
    return undefined
  }
  const read =
    <T>(convert: (value: SettingValue) => T | null) =>
    (...names: readonly string[]): Given<T> => {
      let given: Given<T>
      for (const name of names) {
        const value = find(name)
        if (value === undefined) continue
        given = convert(value)
        if (given !== null) return given
      }
      return given
    }
  return {
    text: read((value) => filled(shown(value))),
    anyText: read(shown),
    integer: read(toInteger),
    isOn: read(toBoolean),
  }
}

/** What the sources say, else PostgREST's default, else what held without them. */
export const choose = <T>(given: Given<T>, standard: T, before: T): T =>
  given === undefined ? before : (given ?? standard)

/** `a, b` → both names. */
export const splitNames = (text: string): string[] => text.split(',').map((name) => name.trim())
