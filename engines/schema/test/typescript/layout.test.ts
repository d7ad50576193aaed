import { describe, expect, it } from 'vitest'
import { render } from '../../src/typescript/layout.ts'
import {
  array,
  inlineObject,
  layoutOf,
  literal,
  nullable,
  object,
  propertyName,
  quote,
  type TsType,
  text,
  tuple,
  union,
} from '../../src/typescript/ts-type.ts'

const long = text('Database["public"]["Enums"]["a_name_that_takes_room"]')
const member = (name: string, type: TsType) => ({ name, type })

describe('layout of types', () => {
  it.each<[string, TsType, string]>([
    [
      'a short object in line',
      inlineObject([member('a', text('string')), member('b', text('number'))]),
      '{ a: string; b: number }',
    ],
    ['an open object in lines', object([member('a', text('string'))]), '{\n  a: string\n}'],
    ['no members', object([]), '{}'],
    [
      'a long object in lines',
      inlineObject([member('a', long), member('b', long)]),
      `{\n  a: ${long.kind === 'text' && long.text}\n  b: ${long.kind === 'text' && long.text}\n}`,
    ],
    ['a short union', union([literal('a'), literal('b')]), '"a" | "b"'],
    ['a union of one', union([literal('a')]), '"a"'],
    ['a row that may be null', nullable(object([member('a', text('string'))])), '{\n  a: string\n} | null'],
    ['a nullable union stays flat', nullable(union([literal('a'), literal('b')])), '"a" | "b" | null'],
    ['nothing for unknown', nullable(text('unknown')), 'unknown'],
    ['an array of a union', array(union([literal('a'), literal('b')])), '("a" | "b")[]'],
    ['an array of rows', array(object([member('a', text('string'))])), '{\n  a: string\n}[]'],
    ['an empty tuple', tuple([]), '[]'],
    ['a short tuple', tuple([literal('a'), literal('b')]), '["a", "b"]'],
    [
      'a long tuple',
      tuple(Array.from({ length: 3 }, () => literal('x'.repeat(30)))),
      `[\n${`  "${'x'.repeat(30)}",\n`.repeat(3)}]`,
    ],
  ])('%s', (_name, type, wanted) => {
    expect(render(layoutOf(type))).toBe(wanted)
  })

  it('breaks a union of objects into options, each with a bar', () => {
    const type = union([object([member('a', text('string'))]), inlineObject([member('b', text('number'))])])
    expect(render(layoutOf(object([member('f', type)])))).toBe(
      '{\n  f:\n    | {\n        a: string\n      }\n    | { b: number }\n}',
    )
  })

  it('counts what follows on the same line', () => {
    // 76 columns, and a semicolon with one more member would make it 81.
    const type = inlineObject([member('a'.repeat(60), text('b'.repeat(12)))])
    expect(render(['x', layoutOf(type)])).not.toContain('\n')
    expect(render(['x'.repeat(8), layoutOf(type)])).toContain('\n')
  })
})

describe('names and quotes', () => {
  it.each([
    ['plain', 'plain'],
    ['$a_1', '$a_1'],
    ['user-id', '"user-id"'],
    ['1st', '"1st"'],
    ['', '""'],
    ['größe', '"größe"'],
  ])('property %s', (name, wanted) => expect(propertyName(name)).toBe(wanted))

  it.each([
    ['a', '"a"'],
    ["it's", `"it's"`],
    ['say "hi"', `'say "hi"'`],
    [`it's "a" "b"`, `'it\\'s "a" "b"'`],
    ['back\\slash', '"back\\\\slash"'],
    ['line\nbreak', '"line\\nbreak"'],
  ])('text %s', (value, wanted) => expect(quote(value)).toBe(wanted))
})
