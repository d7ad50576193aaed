// TypeScript types as values, and how they are written.

import { either, group, hardLine, indent, type Layout, line, separate, softLine } from './layout.ts'

export type Member = { readonly name: string; readonly optional?: boolean; readonly type: TsType }

export type TsType =
  | { readonly kind: 'text'; readonly text: string }
  /** `open`: every member on a line of its own, even when there is room for all. */
  | { readonly kind: 'object'; readonly members: readonly Member[]; readonly open: boolean }
  | { readonly kind: 'array'; readonly element: TsType }
  | { readonly kind: 'tuple'; readonly elements: readonly TsType[] }
  | { readonly kind: 'union'; readonly options: readonly TsType[] }
  /** `{ error: true } & "why"`: the call cannot be typed, the text says why. */
  | { readonly kind: 'error'; readonly message: string }

export const text = (value: string): TsType => ({ kind: 'text', text: value })
export const literal = (value: string): TsType => text(quote(value))
export const object = (members: readonly Member[]): TsType => ({ kind: 'object', members, open: true })
export const inlineObject = (members: readonly Member[]): TsType => ({ kind: 'object', members, open: false })
export const array = (element: TsType): TsType => ({ kind: 'array', element })
export const tuple = (elements: readonly TsType[]): TsType => ({ kind: 'tuple', elements })

export const union = (options: readonly TsType[]): TsType => {
  const [only, second] = options
  return only !== undefined && second === undefined ? only : { kind: 'union', options }
}

/** A type without members, as an empty set of tables is told. */
export const none: TsType = object([{ name: '[_ in never]', type: text('never') }])

/** `unknown` holds null already. */
export const nullable = (type: TsType): TsType => {
  if (type.kind === 'text' && type.text === 'unknown') return type
  return { kind: 'union', options: [...(type.kind === 'union' ? type.options : [type]), text('null')] }
}

/** Double quotes, or single ones where that saves escapes. */
export const quote = (value: string): string => {
  const double = JSON.stringify(value)
  const doubles = value.split('"').length - 1
  const singles = value.split("'").length - 1
  if (doubles <= singles) return double
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** Names that are no plain identifiers are quoted. */
export const propertyName = (name: string): string =>
  name === '[_ in never]' || /^[$_a-zA-Z][$_a-zA-Z0-9]*$/.test(name) ? name : quote(name)

export const layoutOf = (type: TsType): Layout => {
  switch (type.kind) {
    case 'text':
      return type.text
    case 'object':
      return layoutObject(type.members, type.open)
    case 'array':
      return type.element.kind === 'union'
        ? ['(', group([indent(layoutOptions(type.element.options)), softLine]), ')[]']
        : [layoutOf(type.element), '[]']
    case 'tuple':
      return layoutTuple(type.elements)
    case 'union':
      return layoutUnion(type.options)
    case 'error':
      return group([layoutObject([{ name: 'error', type: text('true') }], false), ' & ', quote(type.message)])
  }
}

const layoutObject = (members: readonly Member[], open: boolean): Layout => {
  if (members.length === 0) return '{}'
  const edge = open ? hardLine : line
  const rows = members.map(
    ({ name, optional, type }): Layout => [
      propertyName(name),
      optional === true ? '?: ' : ': ',
      layoutOf(type),
    ],
  )
  return group(['{', indent([edge, separate(rows, [either('', ';'), line])]), edge, '}'])
}

const layoutTuple = (elements: readonly TsType[]): Layout => {
  if (elements.length === 0) return '[]'
  const list = separate(elements.map(layoutOf), [',', line])
  return group(['[', indent([softLine, list]), either(',', ''), softLine, ']'])
}

/** An object that may be null keeps its braces in place; other unions break into one option a line. */
const layoutUnion = (options: readonly TsType[]): Layout => {
  const objects = options.filter((option) => option.kind === 'object').length
  const nulls = options.filter((option) => option.kind === 'text' && option.text === 'null').length
  if (objects === 1 && objects + nulls === options.length) return separate(options.map(layoutOf), ' | ')
  return group(indent(layoutOptions(options)))
}

const layoutOptions = (options: readonly TsType[]): Layout => [
  either([line, '| '], ''),
  separate(
    options.map((option) => indent(layoutOf(option))),
    [line, '| '],
  ),
]
