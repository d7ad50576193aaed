// Lays text out within 80 columns, in the manner of the formatter whose output users of generated types
// know: a group stands on one line when it fits, else each of its lines breaks.

export type Layout =
  | string
  | readonly Layout[]
  | { readonly kind: 'line'; readonly flat: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'indent'; readonly content: Layout }
  | { readonly kind: 'group'; readonly content: Layout; readonly broken: boolean }
  | { readonly kind: 'either'; readonly broken: Layout; readonly flat: Layout }

const width = 80

/** A space, or the end of a line where the group breaks. */
export const line: Layout = { kind: 'line', flat: ' ' }
/** Nothing, or the end of a line. */
export const softLine: Layout = { kind: 'line', flat: '' }
/** Always the end of a line; breaks every group around it. */
export const hardLine: Layout = { kind: 'break' }

export const indent = (content: Layout): Layout => ({ kind: 'indent', content })
export const group = (content: Layout): Layout => ({ kind: 'group', content, broken: mustBreak(content) })
export const either = (broken: Layout, flat: Layout): Layout => ({ kind: 'either', broken, flat })

export const separate = (parts: readonly Layout[], separator: Layout): Layout =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))

const mustBreak = (layout: Layout): boolean => {
  if (typeof layout === 'string') return false
  if ('length' in layout) return layout.some(mustBreak)
  switch (layout.kind) {
    case 'break':
      return true
    case 'indent':
      return mustBreak(layout.content)
    case 'group':
      return layout.broken
    case 'line':
    case 'either':
      return false
  }
}

/** What is still to be written: a piece, its indentation, and whether its own lines break. */
type Task = { readonly layout: Layout; readonly depth: number; readonly breaks: boolean }

export const render = (layout: Layout): string => {
  const out: string[] = []
  let column = 0
  const tasks: Task[] = [{ layout, depth: 0, breaks: true }]
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { layout: piece, depth, breaks } = task
    if (typeof piece === 'string') {
      out.push(piece)
      column += piece.length
    } else if (endsLine(piece, breaks)) {
      // A name whose type starts on the next line leaves no space behind.
      out.push(out.pop()?.trimEnd() ?? '', `\n${' '.repeat(depth)}`)
      column = depth
    } else if ('kind' in piece && piece.kind === 'group') {
      const flat = { layout: piece.content, depth, breaks: false }
      const fitsHere = !piece.broken && fits(flat, tasks, width - column)
      tasks.push({ ...flat, breaks: !fitsHere })
    } else {
      tasks.push(...open(task))
    }
  }
  return out.join('')
}

const endsLine = (layout: Layout, breaks: boolean): boolean =>
  typeof layout !== 'string' &&
  'kind' in layout &&
  (layout.kind === 'break' || (layout.kind === 'line' && breaks))

/** The parts of a piece, last first, as a stack wants them. */
const open = ({ layout, depth, breaks }: Task): readonly Task[] => {
  if (typeof layout === 'string') return []
  if ('length' in layout) return layout.map((part) => ({ layout: part, depth, breaks })).reverse()
  switch (layout.kind) {
    case 'indent':
      return [{ layout: layout.content, depth: depth + 2, breaks }]
    case 'either':
      return [{ layout: breaks ? layout.broken : layout.flat, depth, breaks }]
    case 'group':
      return [{ layout: layout.content, depth, breaks: layout.broken || breaks }]
    case 'line':
      return [{ layout: layout.flat, depth, breaks }]
    case 'break':
      return []
  }
}

/** Whether a group and what follows it fit into the rest of the line, up to the next end of a line. */
const fits = (first: Task, rest: readonly Task[], room: number): boolean => {
  const tasks: Task[] = [first]
  let next = rest.length
  let left = room
  while (left >= 0) {
    const task = tasks.pop() ?? rest[--next]
    if (task === undefined) return true
    if (typeof task.layout === 'string') left -= task.layout.length
    else if (endsLine(task.layout, task.breaks)) return true
    else tasks.push(...open(task))
  }
  return false
}
