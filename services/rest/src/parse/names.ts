// Names as they stand in a query string: identifiers, quoted names, json paths.

import { fail, peek, type Scanner, sees, skipBlanks, take, takeMatch } from './scanner.ts'

/** One step of `data->a->>0`. An index keeps its sign. */
export type JsonStep = { readonly arrow: '->' | '->>'; readonly key: string; readonly isIndex: boolean }

export type Field = { readonly name: string; readonly path: readonly JsonStep[] }

const nameExpected = ['field name (* or [a..z0..9_$])']
const keyExpected = ['any non reserved character different from: .,>()']
const identifier = /[\p{L}\p{N}_ $]+/uy
const jsonKey = /[^(\-:.,>)]+/uy
const digits = /[0-9]+/y

/** `"…"` with backslash escapes; the scanner stands on the opening quote. */
export const quoted = (scanner: Scanner): string => {
  let text = ''
  scanner.at++
  for (let char = peek(scanner); char !== '"'; char = peek(scanner)) {
    if (char === '\\') scanner.at++
    const kept = peek(scanner)
    if (kept === undefined) return fail(scanner, [])
    text += kept
    scanner.at++
  }
  scanner.at++
  return text
}

/** Parts joined by dashes; a dash that begins an arrow ends the name. */
const dashed = (scanner: Scanner, part: RegExp, expected: readonly string[]): string => {
  let name = (takeMatch(scanner, part) ?? fail(scanner, expected)).trim()
  while (peek(scanner) === '-' && scanner.text[scanner.at + 1] !== '>') {
    scanner.at++
    name += `-${(takeMatch(scanner, part) ?? fail(scanner, expected)).trim()}`
  }
  return name
}

export const fieldName = (scanner: Scanner, expected: readonly string[] = nameExpected): string =>
  peek(scanner) === '"' ? quoted(scanner) : dashed(scanner, identifier, expected)

/** A bare word, as types, text search configurations and hints are written. */
export const word = (scanner: Scanner): string =>
  (takeMatch(scanner, identifier) ?? fail(scanner, ['letter', 'digit'])).trim()

const endsIndex = (scanner: Scanner): boolean => {
  const char = peek(scanner)
  return char === undefined || char === '.' || char === ',' || sees(scanner, '->') || sees(scanner, '::')
}

const jsonIndex = (scanner: Scanner): string | undefined => {
  const start = scanner.at
  const sign = take(scanner, '-') ? '-' : '+'
  const number = takeMatch(scanner, digits)
  if (number === undefined) {
    if (sign === '-') fail(scanner, ['digit'])
    return undefined
  }
  if (endsIndex(scanner)) return sign + number
  if (sign === '-') fail(scanner, ['digit', '"->"', '"::"', '"."', '","', 'end of input'], true)
  scanner.at = start
  return undefined
}

const jsonStep = (scanner: Scanner, arrow: '->' | '->>'): JsonStep => {
  const index = jsonIndex(scanner)
  if (index !== undefined) return { arrow, key: index, isIndex: true }
  if (peek(scanner) === '"') return { arrow, key: quoted(scanner), isIndex: false }
  return { arrow, key: dashed(scanner, jsonKey, ['"-"', 'digit', ...keyExpected]), isIndex: false }
}

export const noPath: readonly JsonStep[] = []

export const jsonPath = (scanner: Scanner): readonly JsonStep[] => {
  if (!sees(scanner, '->')) return noPath
  const path: JsonStep[] = []
  for (;;) {
    if (take(scanner, '->>')) path.push(jsonStep(scanner, '->>'))
    else if (take(scanner, '->')) path.push(jsonStep(scanner, '->'))
    else return path
  }
}

/** A column, maybe with a json path, maybe with blanks around. */
export const field = (scanner: Scanner, expected: readonly string[] = nameExpected): Field => {
  skipBlanks(scanner)
  const name = fieldName(scanner, expected)
  const path = jsonPath(scanner)
  skipBlanks(scanner)
  return { name, path }
}
