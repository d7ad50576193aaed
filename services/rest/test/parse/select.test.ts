// Grammar of `select`: https://postgrest.org/en/stable/references/api/tables_views.html#vertical-filtering

import { isPlinthError } from '@plinth/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsing } from '../../src/parse/scanner.ts'
import { type SelectItem, select } from '../../src/parse/select.ts'

const parse = (text: string) => parsing(`select parameter (${text})`, text, select)

/** Back to text; the other half of the round trip. */
const render = (items: readonly SelectItem[]): string => items.map(renderItem).join(',')

const name = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const renderItem = (item: SelectItem): string => {
  if (item.kind === 'embed') {
    const hints = [item.hint && name(item.hint), item.join].filter(Boolean).map((each) => `!${each}`)
    const alias = item.alias === undefined ? '' : `${name(item.alias)}:`
    return `${item.isSpread ? '...' : alias}${name(item.relation)}${hints.join('')}(${render(item.items)})`
  }
  if (item.field.name === '*' && item.aggregate === undefined) return '*'
  const path = item.field.path.map(
    (step) => step.arrow + (step.isIndex ? step.key.replace('+', '') : name(step.key)),
  )
  const alias = item.alias === undefined ? '' : `${name(item.alias)}:`
  const cast = (type: string | undefined) => (type === undefined ? '' : `::${type}`)
  const aggregate = item.aggregate === undefined ? '' : `.${item.aggregate}()`
  return `${alias}${name(item.field.name)}${path.join('')}${cast(item.cast)}${aggregate}${cast(item.aggregateCast)}`
}

const field = (of: string, more: object = {}) => ({
  kind: 'field',
  field: { name: of, path: [] },
  cast: undefined,
  aggregate: undefined,
  aggregateCast: undefined,
  alias: undefined,
  ...more,
})
const embed = (relation: string, items: readonly object[], more: object = {}) => ({
  kind: 'embed',
  isSpread: false,
  relation,
  alias: undefined,
  hint: undefined,
  join: undefined,
  items,
  ...more,
})
const step = (arrow: string, key: string, isIndex = false) => ({ arrow, key, isIndex })

const cases: readonly (readonly [string, readonly object[]])[] = [
  ['', []],
  ['*', [field('*')]],
  ['id,full name', [field('id'), field('full name')]],
  [' id , name ', [field('id'), field('name')]],
  ['a-b', [field('a-b')]],
  ['"a,b":id', [field('id', { alias: 'a,b' })]],
  ['x:id::text', [field('id', { alias: 'x', cast: 'text' })]],
  ['id::double precision', [field('id', { cast: 'double precision' })]],
  ['data->a->>b', [{ ...field('data'), field: { name: 'data', path: [step('->', 'a'), step('->>', 'b')] } }]],
  [
    'data->-1->x',
    [{ ...field('data'), field: { name: 'data', path: [step('->', '-1', true), step('->', 'x')] } }],
  ],
  ['data->1a', [{ ...field('data'), field: { name: 'data', path: [step('->', '1a')] } }]],
  ['count()', [field('*', { aggregate: 'count' })]],
  ['n:count()::text', [field('*', { aggregate: 'count', alias: 'n', aggregateCast: 'text' })]],
  ['price::int.sum()::text', [field('price', { cast: 'int', aggregate: 'sum', aggregateCast: 'text' })]],
  ['count', [field('count')]],
  ['roles()', [embed('roles', [])]],
  ['r:roles!fk!inner(*)', [embed('roles', [field('*')], { alias: 'r', hint: 'fk', join: 'inner' })]],
  ['roles!inner!fk(a)', [embed('roles', [field('a')], { hint: 'fk', join: 'inner' })]],
  ['roles!leftover(a)', [embed('roles', [field('a')], { hint: 'leftover' })]],
  ['...roles!left(a)', [embed('roles', [field('a')], { isSpread: true, join: 'left' })]],
  ['a(b(c),d)', [embed('a', [embed('b', [field('c')]), field('d')])]],
  ['a(b))', [embed('a', [field('b')])]],
]

const faults: readonly (readonly [string, number, string])[] = [
  [
    'id,clients(name[])',
    16,
    'unexpected \'[\' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input',
  ],
  ['data->>--34', 9, 'unexpected "-" expecting digit'],
  ['data->(a', 7, 'unexpected "(" expecting "-", digit or any non reserved character different from: .,>()'],
  ['id::', 5, 'unexpected end of input expecting letter or digit'],
  ['id::a$b', 6, 'unexpected "$" expecting letter or digit'],
  ['a,', 3, 'unexpected end of input expecting field name (* or [a..z0..9_$])'],
]

describe('select', () => {
  it.each(cases)('reads %j', (text, items) => expect(parse(text)).toEqual(items))

  it.each(faults)('refuses %j', (text, column, details) => {
    const message = `"failed to parse select parameter (${text})" (line 1, column ${column})`
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'PGRST100', message, details }))
  })

  it('answers any text with items or one kind of error', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ab1*(),:.->"!\\ $_::...') })
    fc.assert(
      fc.property(fc.oneof(letters, fc.string({ unit: 'binary' })), (text) => {
        try {
          parse(text)
        } catch (error) {
          expect(isPlinthError(error) && error.code).toBe('PGRST100')
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('reads back what it read', () => {
    const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text !== '*')
    const aggregates = fc.constantFrom('sum', 'avg', 'min', 'max', 'count', undefined)
    const fields = fc.record({
      field: names,
      alias: fc.option(names, { nil: undefined }),
      aggregate: aggregates,
    })
    const items = fields.map((each) => field(each.field, { alias: each.alias, aggregate: each.aggregate }))
    const trees = fc.array(
      fc.oneof(
        items,
        fc.tuple(names, fc.array(items)).map(([of, inside]) => embed(of, inside)),
      ),
    )
    fc.assert(
      fc.property(trees, (tree) => {
        // The tree has the shape of SelectItem; the arbitraries above only know objects.
        expect(parse(render(tree as unknown as SelectItem[]))).toEqual(tree)
      }),
    )
  })
})
