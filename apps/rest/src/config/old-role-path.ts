// PostgREST's first path syntax: `.key`, `."a key"`, `[0]`, and as the last step `[?(@ == "text")]` with
// `==`, `!=`, `^==` (begins with), `==^` (ends with), `*==` (contains).

const tests: Readonly<Record<string, (value: string, text: string) => boolean>> = {
  '==': (value, text) => value === text,
  '!=': (value, text) => value !== text,
  '^==': (value, text) => value.startsWith(text),
  '==^': (value, text) => value.endsWith(text),
  '*==': (value, text) => value.includes(text),
}

type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'filter'; readonly test: string; readonly text: string }

export type OldPath = readonly Step[]

const step =
  /\.(?:([\p{L}\p{N}_$@]+)|"([^"]*)")|\[(\d+)\]|\[\?\(@\s*(==\^|==|!=|\^==|\*==)\s*"([^"]*)"\)\]$/uy

/** `undefined` when the text is no such path. */
export const parseOldPath = (text: string): OldPath | undefined => {
  const steps: Step[] = []
  step.lastIndex = 0
  while (step.lastIndex < text.length) {
    const match = step.exec(text)
    if (match === null) return undefined
    const [, plain, quoted, index, test, value = ''] = match
    if (index !== undefined) steps.push({ kind: 'index', index: Number(index) })
    else if (test !== undefined) steps.push({ kind: 'filter', test, text: value })
    else steps.push({ kind: 'key', key: plain ?? quoted ?? '' })
  }
  return steps.length === 0 ? undefined : steps
}

const printStep = (each: Step): string => {
  if (each.kind === 'key') return `."${each.key}"`
  return each.kind === 'index' ? `[${each.index}]` : `[?(@ ${each.test} "${each.text}")]`
}

export const printOldPath = (path: OldPath): string => path.map(printStep).join('')

const take = (value: unknown, each: Step): unknown => {
  if (each.kind === 'key')
    return typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.hasOwn(value, each.key)
      ? Reflect.get(value, each.key)
      : undefined
  if (!Array.isArray(value)) return undefined
  if (each.kind === 'index') return value[each.index]
  const passes = tests[each.test]
  return value.find((item) => typeof item === 'string' && passes?.(item, each.text))
}

export const findByOldPath = (path: OldPath, claims: unknown): unknown => path.reduce(take, claims)
