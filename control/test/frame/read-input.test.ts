// Each input from its one place, and query text as the schema wants it.

import { expect, test } from 'vitest'
import { z } from 'zod'
import { operation } from '../../src/frame/operation.ts'
import { readInput, sourceOf } from '../../src/frame/read-input.ts'
import { onAccount } from '../../src/frame/scopes.ts'

const input = z.object({
  ref: z.string(),
  reveal: z.boolean().default(false),
  limit: z.int().optional(),
  names: z.array(z.string()).optional(),
  idempotency_key: z.string().optional(),
  title: z.string().nullable().optional(),
})

const make = (method: 'GET' | 'POST') =>
  operation({
    name: 'test.one',
    about: 'A test.',
    rest: {
      method,
      path: '/v1/things/:ref',
      status: 200,
      id: 'one',
      tag: 'Test',
      query: ['reveal'],
      headers: { idempotency_key: 'idempotency-key' },
    },
    scope: onAccount(),
    input,
    output: z.void(),
    run: async () => undefined,
  })

const read = (method: 'GET' | 'POST', parts: object) =>
  readInput(make(method), { params: { ref: 'x' }, query: {}, headers: {}, body: undefined, ...parts })

test('inputs have one source each', () => {
  const { rest } = make('POST')
  const sources = Object.keys(input.shape).map((name) => sourceOf(rest, name))
  expect(sources).toEqual(['path', 'query', 'body', 'body', 'header', 'body'])
  expect(sourceOf(make('GET').rest, 'limit')).toBe('query')
})

const queries: readonly (readonly [query: object, expected: object])[] = [
  [{ reveal: 'true' }, { reveal: true }],
  [{ reveal: '0' }, { reveal: false }],
  [{ reveal: 'perhaps' }, { reveal: 'perhaps' }],
  [{ limit: '10' }, { limit: 10 }],
  [{ limit: '-1' }, { limit: -1 }],
  [{ limit: '1e3' }, { limit: '1e3' }],
  [{ limit: ['1', '2'] }, { limit: 2 }],
  [{ names: 'a,b' }, { names: ['a', 'b'] }],
  [{ names: ['a', 'b,c'] }, { names: ['a', 'b', 'c'] }],
  [{ 'names[]': ['a', 'b'] }, { names: ['a', 'b'] }],
  [{ unknown: 'x' }, {}],
]
test.each(queries)('query %j', (query, expected) => {
  expect(read('GET', { query })).toEqual({ ref: 'x', ...expected })
})

test('a body cannot stand in for path, query or header', () => {
  expect(() => read('POST', { body: { ref: 'y' } })).toThrow('property ref should not exist')
  expect(() => read('POST', { body: { reveal: true } })).toThrow('property reveal should not exist')
  expect(() => read('POST', { body: { idempotency_key: 'k' } })).toThrow('property idempotency_key')
})

test.each([[[1]], ['text'], [null], [1]])('a body that is no object: %j', (body) => {
  expect(() => read('POST', { body })).toThrow('expected object')
})

test('unknown keys of a body reach the schema, which refuses them', () => {
  expect(read('POST', { body: { colour: 'red' } })).toEqual({ ref: 'x', colour: 'red' })
})
