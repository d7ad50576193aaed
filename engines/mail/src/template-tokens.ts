// First step: a template is text and actions; an action is a list of words.

import { TemplateError } from './template-error.ts'

export type Piece = { readonly text: string } | { readonly words: readonly string[] }

const action = /\{\{(-\s)?([\s\S]*?)(\s-)?\}\}/g
const comment = /^\s*\/\*[\s\S]*\*\/\s*$/
const word = /"(?:[^"\\]|\\.)*"|`[^`]*`|\$?(?:\.\w+)+|\$|\.|-?\d+(?:\.\d+)?|\w+|[|()]/y

const readWords = (source: string): readonly string[] => {
  const words: string[] = []
  let rest = 0
  while (rest < source.length) {
    if (/\s/.test(source[rest] ?? '')) {
      rest += 1
      continue
    }
    word.lastIndex = rest
    const found = word.exec(source)?.[0]
    if (found === undefined) throw new TemplateError(`"${source.trim()}" cannot be understood`)
    words.push(found)
    rest += found.length
  }
  return words
}

export const readPieces = (template: string): readonly Piece[] => {
  const pieces: Piece[] = []
  let at = 0
  let trimsNext = false
  const addText = (text: string, trimsEnd: boolean) => {
    const start = trimsNext ? text.trimStart() : text
    const kept = trimsEnd ? start.trimEnd() : start
    if (kept !== '') pieces.push({ text: kept })
  }
  for (const found of template.matchAll(action)) {
    const [whole, trimsBefore, inside = '', trimsAfter] = found
    addText(template.slice(at, found.index), trimsBefore !== undefined)
    if (!comment.test(inside)) pieces.push({ words: readWords(inside) })
    trimsNext = trimsAfter !== undefined
    at = found.index + whole.length
  }
  const last = template.slice(at)
  if (last.includes('{{')) throw new TemplateError('an action "{{" is not closed')
  addText(last, false)
  return pieces
}
