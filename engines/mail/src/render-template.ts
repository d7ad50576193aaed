// Fills in a template of a project's own. The language is the part of Go's that mail templates use; values are
// escaped for the place they stand in, so that somebody's name cannot become markup.

import { type Block, parseTemplate, type Tree } from './template-tree.ts'
import { evaluate, isTrue, print, type Scope } from './template-values.ts'

export { TemplateError } from './template-error.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? letter)

const beginsAddress = /\b(?:href|src|action|background)\s*=\s*["']?\s*$/i
const scheme = /^[\s\p{Cc}]*([a-z][a-z0-9+.-]*):/iu
/** Apps have schemes of their own; only what browsers run as code is kept out. */
const runsCode = /^(?:javascript|vbscript|data)$/i

const safeAddress = (text: string): string => {
  const named = scheme.exec(text)?.[1]
  return named === undefined || !runsCode.test(named) ? text : '#'
}

type Out = { text: string }
type Rendering = { readonly out: Out; readonly isHtml: boolean }

const write = ({ out, isHtml }: Rendering, value: string): void => {
  const safe = isHtml && beginsAddress.test(out.text.slice(-200)) ? safeAddress(value) : value
  out.text += isHtml ? escapeHtml(safe) : safe
}

const itemsOf = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : []

const runBlock = ({ kind, over, body, otherwise }: Block, scope: Scope, rendering: Rendering): void => {
  const value = evaluate(over, scope)
  const part = isTrue(value) ? body : otherwise
  const dots = part === body && kind !== 'if' ? (kind === 'range' ? itemsOf(value) : [value]) : [scope.dot]
  for (const dot of dots) run(part, { ...scope, dot }, rendering)
}

const run = (tree: Tree, scope: Scope, rendering: Rendering): void => {
  for (const node of tree) {
    if ('text' in node) rendering.out.text += node.text
    else if ('value' in node) write(rendering, print(evaluate(node.value, scope)))
    else runBlock(node, scope, rendering)
  }
}

/** Throws `TemplateError` for a template that cannot be understood. */
export const renderTemplate = (template: string, data: object, as: 'html' | 'text'): string => {
  const out = { text: '' }
  run(parseTemplate(template), { dot: data, root: data }, { out, isHtml: as === 'html' })
  return out.text
}
