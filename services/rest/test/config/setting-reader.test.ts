// How texts become values: https://docs.postgrest.org/en/v14/references/configuration.html

import { describe, expect, it } from 'vitest'
import { choose, type SettingValue, settingReader, splitNames } from '../../src/config/setting-reader.ts'

const reader = (value?: SettingValue) => settingReader(() => value)

describe('a boolean', () => {
  it.each<[SettingValue | undefined, boolean | null | undefined]>([
    [undefined, undefined],
    [true, true],
    ['true', true],
    ['TRUE', true],
    ['"true"', true],
    ['FALSE', false],
    ['1', true],
    ['2', true],
    ['0', false],
    ['-1', false],
    ['', null],
    ['perhaps', null],
    [13, null],
  ])('%j is %j', (value, expected) => {
    expect(reader(value).isOn('x')).toBe(expected)
  })
})

describe('an integer', () => {
  it.each<[SettingValue | undefined, number | null | undefined]>([
    [undefined, undefined],
    [10, 10],
    ['10', 10],
    [' 10 ', 10],
    [1.5, null],
    ['1.5', null],
    ['ten', null],
    ['', null],
    [true, null],
  ])('%j is %j', (value, expected) => {
    expect(reader(value).integer('x')).toBe(expected)
  })
})

describe('a text', () => {
  it.each<[SettingValue | undefined, string | null | undefined]>([
    [undefined, undefined],
    ['a', 'a'],
    ['', null],
    [false, 'Bool False'],
    [5, 'Number 5.0'],
  ])('%j is %j', (value, expected) => {
    expect(reader(value).text('x')).toBe(expected)
  })

  it('may be empty where that means something', () => {
    expect(reader('').anyText('x')).toBe('')
  })
})

describe('sources', () => {
  const of = (values: Record<string, SettingValue>) => (name: string) => values[name]

  it('the first that names a setting decides, even without a value', () => {
    const read = settingReader(of({ a: '1' }), of({ a: '2', b: '' }), of({ a: '3', b: '3', c: '3' }))
    expect([read.text('a'), read.text('b'), read.text('c')]).toEqual(['1', null, '3'])
  })

  it('an alias is looked at when the name itself gives no value', () => {
    const read = settingReader(of({ 'db-schema': 'old', both: 'new', 'was-both': 'old', none: '' }))
    expect(read.text('db-schemas', 'db-schema')).toBe('old')
    expect(read.text('both', 'was-both')).toBe('new')
    expect(read.text('none', 'db-schema')).toBe('old')
    expect(read.text('none', 'nothing')).toBeNull()
  })
})

it.each([
  ['given', 'given'],
  [null, 'standard'],
  [undefined, 'before'],
])('choose(%j) is %s', (given, expected) => {
  expect(choose(given, 'standard', 'before')).toBe(expected)
})

it('names are split at commas and trimmed', () => {
  expect(splitNames('multi,   tenant,setup')).toEqual(['multi', 'tenant', 'setup'])
})
