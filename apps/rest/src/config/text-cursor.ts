// Walks through a text from left to right; throws SyntaxError where it cannot go on.

const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y

export class TextCursor {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  fail(): never {
    throw new SyntaxError(`unexpected text at ${this.#at + 1}`)
  }

  /** Takes what a sticky pattern matches here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at += match[0].length
    return match
  }

  skip(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  need(word: string): void {
    if (!this.skip(word)) this.fail()
  }

  space(): void {
    this.take(/\s*/y)
  }

  /** A text in single or double quotes. */
  string(): string | undefined {
    const match = this.take(quoted)?.[0]
    if (match === undefined) return undefined
    const inside = match.slice(1, -1)
    const text = match.startsWith("'") ? inside.replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"') : inside
    // Escapes are those of JSON; a wrong one throws SyntaxError.
    return String(JSON.parse(`"${text}"`))
  }
}
