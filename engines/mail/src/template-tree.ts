// Second step: pieces become a tree. `if`, `with` and `range` hold what stands between them and their `end`.

import { TemplateError } from './template-error.ts'
import { type Piece, readPieces } from './template-tokens.ts'

/** A word that stands for a value, or a pipeline in brackets. */
export type Operand = { readonly word: string } | { readonly pipeline: Pipeline }
/** Commands, the first one first; each gets the value of the one before as its last argument. */
export type Pipeline = readonly (readonly Operand[])[]

export type Block = {
  readonly kind: 'if' | 'with' | 'range'
  readonly over: Pipeline
  readonly body: Tree
  readonly otherwise: Tree
}
export type Tree = readonly ({ readonly text: string } | { readonly value: Pipeline } | Block)[]

type Words = { readonly next: () => string | undefined; readonly peek: () => string | undefined }

const reader = (words: readonly string[]): Words => {
  let at = 0
  return { next: () => words[at++], peek: () => words[at] }
}

const deepest = 50

const readPipeline = (words: Words, depth: number): Pipeline => {
  if (depth > deepest) throw new TemplateError('brackets are nested too deeply')
  const commands: Operand[][] = [[]]
  for (;;) {
    const word = words.peek()
    if (word === undefined || word === ')') break
    words.next()
    if (word === '|') commands.push([])
    else commands.at(-1)?.push(word === '(' ? readBracket(words, depth) : { word })
  }
  if (commands.some((command) => command.length === 0)) throw new TemplateError('a value is missing')
  return commands
}

const readBracket = (words: Words, depth: number): Operand => {
  const pipeline = readPipeline(words, depth + 1)
  if (words.next() !== ')') throw new TemplateError('a bracket is not closed')
  return { pipeline }
}

const parsePipeline = (words: readonly string[]): Pipeline => {
  const source = reader(words)
  const pipeline = readPipeline(source, 0)
  if (source.peek() !== undefined) throw new TemplateError('a bracket closes nothing')
  return pipeline
}

const blocks = ['if', 'with', 'range'] as const
const blockOf = (word: string | undefined) => blocks.find((kind) => kind === word)

type Pieces = { readonly list: readonly Piece[]; at: number; depth: number }
/** The action that ended a tree; empty at the end of the template. */
type Part = { readonly tree: Tree; readonly end: readonly string[] }

const readBlock = (pieces: Pieces, kind: Block['kind'], words: readonly string[]): Block => {
  if (++pieces.depth > deepest) throw new TemplateError('blocks are nested too deeply')
  const { tree: body, end } = readTree(pieces)
  const otherwise = readElse(pieces, end)
  pieces.depth -= 1
  return { kind, over: parsePipeline(words), body, otherwise }
}

/** `else if` is an `if` of its own that shares the `end`. */
const readElse = (pieces: Pieces, [first, second, ...rest]: readonly string[]): Tree => {
  if (first === undefined) throw new TemplateError('an "end" is missing')
  if (first === 'end') return []
  const kind = blockOf(second)
  if (kind !== undefined) return [readBlock(pieces, kind, rest)]
  const { tree, end } = readTree(pieces)
  if (end[0] !== 'end') throw new TemplateError('an "end" is missing')
  return tree
}

const readTree = (pieces: Pieces): Part => {
  const tree: Tree[number][] = []
  for (;;) {
    const piece = pieces.list[pieces.at++]
    if (piece === undefined) return { tree, end: [] }
    if ('text' in piece) {
      tree.push(piece)
      continue
    }
    const [first, ...rest] = piece.words
    if (first === 'end' || first === 'else') return { tree, end: piece.words }
    const kind = blockOf(first)
    tree.push(kind === undefined ? { value: parsePipeline(piece.words) } : readBlock(pieces, kind, rest))
  }
}

export const parseTemplate = (template: string): Tree => {
  const { tree, end } = readTree({ list: readPieces(template), at: 0, depth: 0 })
  if (end.length > 0) throw new TemplateError(`"${end[0]}" without a block`)
  return tree
}
