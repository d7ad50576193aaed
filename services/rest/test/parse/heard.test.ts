// One shape, one statement: the rule that lets requests share plans.

import { RestConfig } from '@plinth/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hear, inputsOf, shapeOf } from '../../src/parse/heard.ts'
import { parseDoor, type RestRequest } from '../../src/parse/wish.ts'
import { compiledOf, statementOf, type Words } from '../a-plan.ts'

const config = RestConfig.parse({ schemas: ['api'], maxRows: null })

const requestOf = ({ method = 'GET', path, headers = {}, body }: Words): RestRequest => {
  const [before = '', query = ''] = path.split('?')
  return { method, path: before, query, headers, body }
}

const heardOf = (words: Words) => {
  const request = requestOf(words)
  const heard = hear(request, parseDoor(request, config), null)
  return { shape: shapeOf(request, heard), inputs: inputsOf(heard, null) }
}

const post = (body: string, contentType = 'application/json', path = '/rpc/echo'): Words => ({
  method: 'POST',
  path,
  body,
  headers: { 'content-type': contentType },
})

describe('shapeOf', () => {
  it.each<readonly [string, Words, Words, boolean]>([
    ['values', { path: '/films?id=eq.1' }, { path: '/films?id=eq.2' }, true],
    ['limits', { path: '/films?limit=1' }, { path: '/films?limit=2' }, true],
    ['a limit or none', { path: '/films?limit=1' }, { path: '/films' }, false],
    ['relations', { path: '/films' }, { path: '/people' }, false],
    ['methods', { path: '/films' }, { path: '/films', method: 'HEAD' }, false],
    ['preferences', { path: '/films' }, { path: '/films', headers: { prefer: 'count=exact' } }, false],
    ['media types', { path: '/films' }, { path: '/films', headers: { accept: 'text/csv' } }, false],
    ['bodies with the same keys', post('{"a": 1}'), post('{"a": 2}'), true],
    ['the order of keys', post('{"a": 1, "b": 1}'), post('{"b": 1, "a": 2}'), true],
    ['bodies with other keys', post('{"a": 1}'), post('{"b": 1}'), false],
    ['no key and an empty key', post('{}'), post('{"": 1}'), false],
    ['an object and a list', post('{"a": 1}'), post('[{"a": 1}]'), false],
    ['keys that look like two', post('{"a\\u0001b": 1}'), post('{"a": 1, "b": 1}'), false],
  ])('tells apart %s', (_name, a, b, isSame) => {
    expect(heardOf(a).shape === heardOf(b).shape).toBe(isSame)
  })

  const operators = fc.constantFrom(
    'eq',
    'not.eq',
    'like',
    'in',
    'is',
    'fts',
    'eq(any)',
    'isdistinct',
    'noop',
  )
  const operands = fc.oneof(
    fc.constantFrom('null', 'true', '(1,2)', '("a,b")', '()', '{1,2}', '1', 'a.b', ''),
    fc.string({ unit: fc.constantFrom(...'ab().,"*=1') }),
  )
  const filters = fc
    .tuple(fc.constantFrom('id', 'title', 'data->a', 'limit', 'offset'), operators, operands)
    .map(([name, operator, value]) =>
      name === 'limit' || name === 'offset'
        ? `${name}=${value.length}`
        : `${name}=${operator}.${encodeURIComponent(value)}`,
    )
  const queries = fc.array(filters, { maxLength: 3 }).map((all) => `/films?select=id&${all.join('&')}`)

  it('gives requests of one shape one statement, and each its own values', () => {
    fc.assert(
      fc.property(queries, queries, (first, second) => {
        fc.pre(heardOf({ path: first }).shape === heardOf({ path: second }).shape)
        const told = (path: string) => {
          try {
            return statementOf({ path })
          } catch {
            return undefined
          }
        }
        const [a, b] = [told(first), told(second)]
        fc.pre(a !== undefined && b !== undefined)
        expect(a?.text).toBe(b?.text)
        const { inputs } = heardOf({ path: second })
        const shared = compiledOf({ path: first }).main
        expect(shared.binds.map((bind) => bind(inputs))).toEqual(b?.values)
      }),
      { numRuns: 3000 },
    )
  })
})
