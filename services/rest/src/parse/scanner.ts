// A cursor over one parameter of a query string, and the syntax error that clients of PostgREST know:
// what was found, what could have stood there, and the column.

import { errors } from '../errors.ts'

export type Scanner = { readonly text: string; at: number; depth: number }

/** Thrown by the grammar; `parsing` turns it into the answer, which names the parameter. */
class SyntaxFault extends Error {
  readonly column: number
  readonly found: string
  readonly expected: readonly string[]

  constructor(column: number, found: string, expected: readonly string[]) {
    super('syntax fault')
    this.column = column
    this.found = found
    this.expected = expected
  }
}

/** `atEnd` marks places where only the end or a separator fits: the found character is quoted singly. */
export const fail = (scanner: Scanner, expected: readonly string[], atEnd = false): never => {
  const char = scanner.text[scanner.at]
  const quote = atEnd ? "'" : '"'
  const found = char === undefined ? 'end of input' : `${quote}${char === quote ? `\\${char}` : char}${quote}`
  throw new SyntaxFault(scanner.at + 1, found, expected)
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

/** Runs a rule over a text; `what` names the parameter in the error. */
export const parsing = <T>(what: string, text: string, rule: (scanner: Scanner) => T): T => {
  try {
    return rule({ text, at: 0, depth: 0 })
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault
    const expecting = fault.expected.length === 0 ? '' : ` expecting ${listed(fault.expected)}`
    throw errors.badQuery(
      `"failed to parse ${what}" (line 1, column ${fault.column})`,
      `unexpected ${fault.found}${expecting}`,
    )
  }
}

/** Deep enough for any use, far from where the machine's own stack ends. */
const deepest = 64

/** Runs a rule one level further down. */
export const nested = <T>(scanner: Scanner, rule: (scanner: Scanner) => T): T => {
  if (scanner.depth >= deepest)
    throw errors.badQuery('The query is nested too deeply', `more than ${deepest} levels`)
  scanner.depth++
  const result = rule(scanner)
  scanner.depth--
  return result
}

export const peek = (scanner: Scanner): string | undefined => scanner.text[scanner.at]

export const sees = (scanner: Scanner, word: string): boolean => scanner.text.startsWith(word, scanner.at)

/** Steps over `word` when it stands here. */
export const take = (scanner: Scanner, word: string): boolean => {
  if (!scanner.text.startsWith(word, scanner.at)) return false
  scanner.at += word.length
  return true
}

export const skipBlanks = (scanner: Scanner): void => {
  while (scanner.text[scanner.at] === ' ' || scanner.text[scanner.at] === '\t') scanner.at++
}

/** Matches a sticky expression here. */
export const takeMatch = (scanner: Scanner, expression: RegExp): string | undefined => {
  expression.lastIndex = scanner.at
  const match = expression.exec(scanner.text)
  if (match === null) return undefined
  scanner.at += match[0].length
  return match[0]
}
