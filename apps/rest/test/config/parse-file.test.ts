import { SettingProblem } from '@plinth/rest'
import { describe, expect, it } from 'vitest'
import { parseFile } from '../../src/config/parse-file.ts'

const parse = (text: string) => Object.fromEntries(parseFile(text, { HOME: '/home/me' }))

describe('a configuration file', () => {
  it.each<[string, Record<string, unknown>]>([
    ['', {}],
    ['# Commènt\n\n  # another', {}],
    ['db-uri = "postgresql://"', { 'db-uri': 'postgresql://' }],
    ['a=1\r\nb = -2.5', { a: 1, b: -2.5 }],
    ['a = true\nb = off', { a: true, b: false }],
    ['a = "x" # why', { a: 'x' }],
    ['a = "# is no comment"', { a: '# is no comment' }],
    ['a = "say \\"hi\\" \\\\ \\n \\u00fc"', { a: 'say "hi" \\ \n ü' }],
    ['key = "$$.role"', { key: '$.role' }],
    ['a = "$(HOME)/x"\nb = "$(a)/y"', { a: '/home/me/x', b: '/home/me/x/y' }],
    ['a = 1\na = 2', { a: 2 }],
    ['app.settings.jwt_lifetime = "3600"', { 'app.settings.jwt_lifetime': '3600' }],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected)
  })

  it.each([
    ['a = 1\nyaml:\n  is: no', 'line 2 is not of the form name = value'],
    ['a = word', 'line 1: word is no value; texts need quotes'],
    ['a = "open', 'line 1 is not of the form name = value'],
    ['a = "$(NOWHERE)"', 'no such variable NOWHERE'],
  ])('%j is refused', (text, message) => {
    expect(() => parse(text)).toThrow(new SettingProblem(message))
  })
})
