// SQL written as SQL: a template tag whose values become parameters. Text and values stay apart from
// here to the wire; nothing a user sent is ever part of the text.

import { toText, type Value } from './to-text.ts'

/** What a client sends: text with `$1 …` and the values in Postgres' own text form. */
export type Statement = {
  readonly text: string
  readonly values: readonly (string | null)[]
}

/** A statement that can stand inside another one: it keeps the gaps between its texts open. */
class Fragment implements Statement {
  readonly values: readonly (string | null)[]
  /** One more than there are values. */
  readonly texts: readonly string[]
  #text: string | undefined

  constructor(texts: readonly string[], values: readonly (string | null)[]) {
    this.texts = texts
    this.values = values
  }

  get text(): string {
    this.#text ??= this.texts.reduce((text, next, index) => `${text}$${index}${next}`)
    return this.#text
  }
}

const isStatement = (value: object): value is Statement => 'text' in value && 'values' in value

/** Glues pieces and the texts between them into one list of texts and values. */
const weave = (texts: readonly string[], pieces: readonly (Value | Statement)[]): Statement => {
  const outTexts = [texts[0] ?? '']
  const outValues: (string | null)[] = []
  const append = (text: string) => {
    outTexts[outTexts.length - 1] += text
  }
  pieces.forEach((piece, index) => {
    if (piece instanceof Fragment) {
      append(piece.texts[0] ?? '')
      for (const value of piece.values) outValues.push(value)
      for (const text of piece.texts.slice(1)) outTexts.push(text)
    } else if (typeof piece === 'object' && piece !== null && isStatement(piece)) {
      throw new TypeError('Only statements made by sql, ident, raw or join can stand inside another one.')
    } else {
      outValues.push(toText(piece))
      outTexts.push('')
    }
    append(texts[index + 1] ?? '')
  })
  return new Fragment(outTexts, outValues)
}

/** Makes a statement: values become parameters, statements are put in place and renumbered. */
export const sql = (texts: TemplateStringsArray, ...pieces: readonly (Value | Statement)[]): Statement =>
  weave(texts, pieces)

/** Trusted text, word for word. Never hand it anything that came from outside. */
export const raw = (text: string): Statement => new Fragment([text], [])

const quote = (name: string): string => {
  if (name.includes('\0')) throw new TypeError('A name in Postgres cannot hold the character NUL.')
  return `"${name.replaceAll('"', '""')}"`
}

/** A quoted name, or a quoted `schema.name`. */
export const ident = (name: string | readonly [schema: string, name: string]): Statement =>
  raw(typeof name === 'string' ? quote(name) : `${quote(name[0])}.${quote(name[1])}`)

/** Several parts with a trusted separator between them. */
export const join = (parts: readonly (Value | Statement)[], separator = ', '): Statement =>
  parts.length === 0 ? raw('') : weave(['', ...Array<string>(parts.length - 1).fill(separator), ''], parts)
