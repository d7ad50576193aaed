// PostgREST's configuration file: `name = value` lines; values are numbers, `true`/`false`/`on`/`off` or quoted
// texts, in which `\` escapes, `$$` is a dollar sign and `$(NAME)` stands for a variable.

import { SettingProblem, type SettingValue } from '@plinth/rest'

export type FileSettings = ReadonlyMap<string, SettingValue>
type Variables = Readonly<Record<string, string | undefined>>

const line = /^\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"#]+))\s*(?:#.*)?$/u
const blank = /^\s*(?:#.*)?$/
const number = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
const words: Readonly<Record<string, boolean>> = { true: true, on: true, false: false, off: false }
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

const readEscapes = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})|\\(.)/gi, (_all, code: string | undefined, letter: string | undefined) =>
    code === undefined
      ? (escapes[letter ?? ''] ?? letter ?? '')
      : String.fromCharCode(Number.parseInt(code, 16)),
  )

const interpolate = (text: string, known: FileSettings, env: Variables): string =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (_all, name: string | undefined) => {
    if (name === undefined) return '$'
    const value = known.get(name) ?? env[name]
    if (value === undefined) throw new SettingProblem(`no such variable ${name}`)
    return String(value)
  })

const readPlain = (text: string, row: number): SettingValue => {
  const word = words[text.toLowerCase()]
  if (word !== undefined) return word
  if (!number.test(text)) throw new SettingProblem(`line ${row}: ${text} is no value; texts need quotes`)
  return Number(text)
}

/** Throws `SettingProblem` that names the line. A later line of one name wins. */
export const parseFile = (text: string, env: Variables): FileSettings => {
  const settings = new Map<string, SettingValue>()
  text.split(/\r?\n/).forEach((each, index) => {
    if (blank.test(each)) return
    const [, name, quoted, plain] = line.exec(each) ?? []
    if (name === undefined) throw new SettingProblem(`line ${index + 1} is not of the form name = value`)
    const value =
      quoted === undefined
        ? readPlain(plain ?? '', index + 1)
        : interpolate(readEscapes(quoted), settings, env)
    settings.set(name, value)
  })
  return settings
}
