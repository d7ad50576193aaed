// The modules that a JavaScript or TypeScript source imports by `import … from '…'`, `import '…'` and
// `export … from '…'`. A scanner, not a parser: it knows comments, strings, templates and regular expressions, so
// that text which only looks like an import is none.

const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const string = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//y
/** After these a slash begins an expression; after anything else it divides. */
const opensRegex = /(^|[(,=:[!&|?{};+\-*%<>~^]|\breturn|\btypeof|\bcase)\s*$/

const matchAt = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

/** Length of what is no code at this place: a comment, a template, a regular expression. */
const lengthOfNoise = (source: string, at: number, before: string): number => {
  if (source[at] === '`') return endOfTemplate(source, at + 1) - at
  if (source[at] !== '/') return 0
  const noise = matchAt(comment, source, at)
  if (noise !== undefined) return noise.length
  return opensRegex.test(before.slice(-20)) ? (matchAt(regex, source, at)?.length ?? 0) : 0
}

/** Text without comments, templates and regular expressions, and with strings replaced by their number. */
const simplify = (source: string): { readonly text: string; readonly strings: readonly string[] } => {
  const strings: string[] = []
  let text = ''
  let at = 0
  while (at < source.length) {
    const quoted = matchAt(string, source, at)
    const noise = lengthOfNoise(source, at, text)
    if (quoted !== undefined) text += `§${strings.push(quoted.slice(1, -1)) - 1}§`
    else text += noise > 0 ? ' ' : source[at]
    at += quoted?.length ?? Math.max(noise, 1)
  }
  return { text, strings }
}

/** The place after a template that began before `start`; the code within `${…}` may hold templates again. */
const endOfTemplate = (source: string, start: number): number => {
  let at = start
  while (at < source.length) {
    if (source[at] === '`') return at + 1
    if (source.startsWith('${', at)) at = endOfHole(source, at + 2)
    else at += source[at] === '\\' ? 2 : 1
  }
  return at
}

const endOfHole = (source: string, start: number): number => {
  let at = start
  let depth = 1
  while (at < source.length && depth > 0) {
    const letter = source[at]
    if (letter === '`') at = endOfTemplate(source, at + 1) - 1
    else if (letter === '{') depth += 1
    else if (letter === '}') depth -= 1
    at += 1
  }
  return at
}

const statement =
  /(?:^|[;}\n])\s*(?:import\s*§(\d+)§|(?:import|export)\s+(type\s)?[\w$*{},\s]*?\bfrom\s*§(\d+)§)/g
const braced = /(?:^|[;}\n])\s*(?:import|export)\s*(?:type\s*)?[*{][\w$*{},\s§]*?\bfrom\s*§(\d+)§/g

/** Every specifier once, in order. Imports of types alone are gone before the code runs, and are left out. */
export const findImports = (source: string): readonly string[] => {
  const { text, strings } = simplify(source)
  const found: number[] = []
  for (const [, bare, type, from] of text.matchAll(statement)) {
    if (type === undefined) found.push(Number(bare ?? from))
  }
  for (const [whole, from] of text.matchAll(braced)) {
    if (!/^\W*(?:import|export)\s+type\b/.test(whole)) found.push(Number(from))
  }
  return [...new Set(found)].toSorted((left, right) => left - right).flatMap((index) => strings[index] ?? [])
}
