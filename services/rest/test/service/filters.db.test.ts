// Horizontal filtering: https://postgrest.org/en/stable/references/api/tables_views.html#horizontal-filtering

import { describe } from 'vitest'
import { type Case, runTable, withStudio } from '../run-table.ts'

const { studio } = withStudio()

const films = (name: string, query: string, ids: readonly number[]): Case => ({
  name: `${name}: ${query}`,
  path: `/films?select=id&order=id&${query}`,
  answer: ids.map((id) => ({ id })),
})

describe('operators', () => {
  runTable(studio, [
    films('eq', 'id=eq.2', [2]),
    films('neq', 'id=neq.2', [1, 3]),
    films('gt', 'id=gt.1', [2, 3]),
    films('gte', 'id=gte.2', [2, 3]),
    films('lt', 'id=lt.2', [1]),
    films('lte', 'id=lte.2', [1, 2]),
    films('like', 'title=like.*cats', [2]),
    films('ilike', 'title=ilike.*CATS', [1, 2]),
    films('match', 'title=match.^D', [2]),
    films('imatch', 'title=imatch.^c', [1]),
    films('in', 'id=in.(1,3)', [1, 3]),
    films('in, quoted', 'title=in.("Rain, \\"heavy\\"",Cats)', [1, 3]),
    films('in, empty', 'id=in.()', []),
    films('is null', 'minutes=is.null', [3]),
    films('is not_null', 'minutes=is.not_null', [1, 2]),
    films('isdistinct', 'minutes=isdistinct.90', [2, 3]),
    films('fts', 'story=fts(english).cat', [1, 2]),
    films('plfts', 'story=plfts.dogs cats', [2]),
    films('phfts', 'story=phfts(english).dogs and cats', [2]),
    films('wfts', 'story=wfts(english).cat -dog', [1]),
    films('fts over text', 'title=fts(english).cat', [1, 2]),
    films('cs', 'tags=cs.{animal,short}', [1]),
    films('cd', 'tags=cd.{animal}', [2, 3]),
    films('ov', 'tags=ov.{short,long}', [1]),
    films('sl', 'shown=sl.[5,6)', [1]),
    films('sr', 'shown=sr.[0,4]', [2]),
    films('nxr', 'shown=nxr.[1,6)', [1]),
    films('nxl', 'shown=nxl.[2,3)', [2]),
    films('adj', 'shown=adj.[5,9)', [1]),
    films('not', 'id=not.in.(1,2)', [3]),
    films('any', 'title=like(any).{Cat*,Dog*}', [1, 2]),
    films('all', 'title=ilike(all).{*cat*,dog*}', [2]),
    films('eq any', 'id=eq(any).{1,2}', [1, 2]),
    films('enum', 'stage=eq.idea', [3]),
    films('two of one column', 'id=gt.1&id=lt.3', [2]),
  ])
})

describe('trees', () => {
  runTable(studio, [
    films('or', 'or=(id.eq.1,title.like.Rain*)', [1, 3]),
    films('and in or', 'or=(id.eq.3,and(id.gt.0,id.lt.2))', [1, 3]),
    films('not', 'not.or=(id.eq.1,id.eq.2)', [3]),
    films('not inside', 'or=(id.eq.1,not.and(id.gte.1,id.lte.2))', [1, 3]),
    films('quoted value', 'or=(title.eq."Rain, \\"heavy\\"",id.eq.9)', [3]),
    films('list and array values', 'or=(id.in.(1,9),tags.eq.{animal})', [1, 2]),
  ])
})

describe('json paths, composite and computed columns', () => {
  runTable(studio, [
    {
      name: 'select by path',
      path: '/people?select=id,notes->skills->>0,level:notes->level&order=id',
      answer: [
        { id: 1, skills: 'plot', level: 3 },
        { id: 2, skills: null, level: 1 },
        { id: 3, skills: null, level: null },
      ],
    },
    { name: 'filter by path', path: '/people?select=id&notes->>level=eq.3', answer: [{ id: 1 }] },
    {
      name: 'order by path',
      path: '/people?select=id&order=notes->level.desc.nullslast',
      answer: [{ id: 1 }, { id: 2 }, { id: 3 }],
    },
    {
      name: 'computed column',
      path: '/films?select=length_in_hours&id=eq.1',
      answer: [{ length_in_hours: 1.5 }],
    },
    {
      name: 'filter by computed column',
      path: '/films?select=id&length_in_hours=gt.1.9',
      answer: [{ id: 2 }],
    },
    {
      name: 'cast and rename',
      path: '/films?select=no:id::text,budget::int&id=eq.1',
      answer: [{ no: '1', budget: 1000 }],
    },
  ])
})

describe('mistakes', () => {
  const refused = (name: string, path: string, details: string, message: string): Case => ({
    name,
    path,
    status: 400,
    answer: { code: 'PGRST100', details, hint: null, message },
  })
  runTable(studio, [
    refused(
      'unknown operator',
      '/films?id=noop.0',
      'unexpected "n" expecting "not" or operator (eq, gt, ...)',
      '"failed to parse filter (noop.0)" (line 1, column 1)',
    ),
    refused(
      'bad order',
      '/films?order=id.asc.nullslasttt',
      'unexpected \'t\' expecting "," or end of input',
      '"failed to parse order (id.asc.nullslasttt)" (line 1, column 17)',
    ),
    refused(
      'empty tree',
      '/films?or=()',
      'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
      '"failed to parse logic tree (())" (line 1, column 4)',
    ),
    {
      name: 'unknown column',
      path: '/films?elephant=eq.1',
      status: 400,
      answer: { code: '42703', details: null, hint: null, message: 'column films.elephant does not exist' },
      shows: { 'proxy-status': 'PostgREST; error=42703' },
    },
    {
      name: 'unknown table, near another',
      path: '/film',
      status: 404,
      answer: {
        code: 'PGRST205',
        details: null,
        hint: "Perhaps you meant the table 'studio.films'",
        message: "Could not find the table 'studio.film' in the schema cache",
      },
    },
    {
      name: 'a value of the wrong type',
      path: '/films?id=eq.cat',
      status: 400,
      answer: {
        code: '22P02',
        details: null,
        hint: null,
        message: 'invalid input syntax for type integer: "cat"',
      },
    },
    { name: 'no right to read', path: '/secrets', status: 401, shows: { 'www-authenticate': 'Bearer' } },
    { name: 'no right to read, as a user', path: '/secrets', as: 'authenticated', status: 403 },
    {
      name: 'a path too long',
      path: '/films/1',
      status: 404,
      answer: {
        code: 'PGRST125',
        details: null,
        hint: null,
        message: 'Invalid path specified in request URL',
      },
    },
  ])
})
