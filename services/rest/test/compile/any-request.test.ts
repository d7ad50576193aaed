// Whatever a request says: a statement without a word of it outside of quotes, or an error that is the caller's.

import { isPlinthError } from '@plinth/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statementOf, type Words } from '../a-plan.ts'

/** Ends every kind of quotes, and is found again by its last character. */
const hostile = `x'"\\$$);--\u2603`

const words = fc.constantFrom(
  ...[
    'id',
    'title',
    'data',
    'people',
    'roles',
    'director_id',
    'part',
    'name',
    '*',
    'count',
    'sum',
    'null',
    '1',
    '-1',
  ],
  ...[
    'eq',
    'not',
    'in',
    'is',
    'fts',
    'cs',
    'isdistinct',
    'any',
    'all',
    'and',
    'or',
    'asc',
    'desc',
    'nullslast',
  ],
  ...[
    '.',
    ',',
    '(',
    ')',
    ':',
    '::',
    '->',
    '->>',
    '!',
    '!inner',
    '...',
    '"',
    '\\',
    '{',
    '}',
    ' ',
    '()',
    'english',
  ],
  hostile,
  `"${hostile.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
)
const phrase = fc.array(words, { maxLength: 8 }).map((all) => all.join(''))
const likely = fc.constantFrom(
  `title.eq.${hostile}`,
  `data->"${hostile.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"->>0`,
  'id,people!director_id(name),roles(part)',
  `(id.gt.1,title.like(any).{${hostile}})`,
  `eq.${hostile}`,
  `in.(1,${hostile})`,
  `fts(english).${hostile}`,
)
const name = fc.oneof(
  fc.constantFrom('select', 'order', 'or', 'and', 'not.or', 'limit', 'offset', 'columns', 'on_conflict'),
  fc.constantFrom('id', 'title', 'data->a', 'roles.part', 'roles.order', 'roles.or', 'people.select'),
  phrase,
)
const query = fc
  .array(fc.tuple(name, fc.oneof(phrase, likely)), { maxLength: 4 })
  .map((all) => all.map((pair) => pair.map(encodeURIComponent).join('=')).join('&'))
const header = fc.oneof(
  phrase,
  fc.constantFrom(
    'return=representation',
    'missing=default',
    'count=exact',
    'resolution=merge-duplicates',
    hostile,
  ),
)
const requests: fc.Arbitrary<Words> = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'),
    target: fc.constantFrom(
      '/films',
      '/people',
      '/roles',
      '/rpc/add',
      '/rpc/echo',
      `/${encodeURIComponent(hostile)}`,
    ),
    query,
    prefer: header,
    accept: fc.oneof(fc.constantFrom('*/*', 'text/csv', 'application/vnd.pgrst.object+json'), phrase),
    range: fc.oneof(fc.constantFrom('0-1', '5-'), phrase),
    type: fc.constantFrom('application/json', 'text/csv', 'application/x-www-form-urlencoded', 'text/plain'),
    body: fc.oneof(
      phrase,
      fc.json(),
      fc.constantFrom(JSON.stringify({ title: hostile }), `title\n${hostile}`),
    ),
  })
  .map(({ method, target, query: asked, prefer, accept, range, type, body }) => ({
    method,
    path: `${target}?${asked}`,
    headers: { prefer, accept, range, 'content-type': type },
    body,
  }))

/** Names and texts of a statement stand in quotes that only a doubled quote does not end. */
const bare = (text: string): string =>
  text.replaceAll(/"(?:[^"]|"")*"|E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'/g, '')

describe('any request', () => {
  it('is a statement whose words are ours, or an error of the caller', () => {
    let statements = 0
    fc.assert(
      fc.property(requests, (request) => {
        let text: string
        try {
          text = statementOf(request).text
        } catch (error) {
          expect(isPlinthError(error) ? error.status : error).toBeLessThan(500)
          return
        }
        statements += 1
        expect(bare(text)).not.toMatch(/[\u2603;]|--|\\|\$\$/)
      }),
      { numRuns: 3000 },
    )
    // Most of it is noise, but not all: between 100 and 170 as a rule.
    expect(statements).toBeGreaterThan(20)
  })
})
