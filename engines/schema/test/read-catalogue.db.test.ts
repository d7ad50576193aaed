import { openPool, raw, sql } from '@plinth/postgres'
import type { TestDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Catalogue, type Relation, readCatalogue } from '../src/index.ts'
import { openLibrary } from './library.ts'

let database: TestDatabase
let catalogue: Catalogue

beforeAll(async () => {
  database = await openLibrary()
  catalogue = await readCatalogue(database.admin, { schemas: ['public'], extraSearchPath: ['extensions'] })
})
afterAll(() => database.drop())

const relation = (name: string): Relation => {
  const found = catalogue.relations.get('public')?.get(name)
  if (found === undefined) throw new Error(`There is no relation ${name}.`)
  return found
}

const routines = (name: string) => catalogue.functions.get('public')?.get(name) ?? []

describe('relations', () => {
  it.each([
    ['books', 'table', 'insert update delete', ['id']],
    ['visits', 'partitioned', 'insert update delete', ['day', 'id']],
    ['cheap_books', 'view', 'insert update delete', ['book_id']],
    ['all_titles', 'view', '', []],
    ['book_stats', 'materialized', '', []],
    ['old_books', 'foreign', '', []],
    ['copies', 'table', 'insert update delete', ['place', 'shelf']],
    ['nothing', 'table', 'insert update delete', []],
    ['author_names', 'view', 'insert update delete', ['author']],
    ['both_ways', 'view', '', ['id']],
    ['ledger_page', 'view', 'insert update delete', []],
    ['ledger_direct', 'view', 'insert update delete', ['entry']],
  ])('%s is a %s that takes [%s] and has the key %j', (name, kind, writes, primaryKey) => {
    const { insertable, updatable, deletable, ...found } = relation(name)
    const can = [insertable && 'insert', updatable && 'update', deletable && 'delete'].filter(Boolean)
    expect([found.kind, can.join(' '), found.primaryKey]).toEqual([kind, writes, primaryKey])
  })

  it('hides partitions and what is not exposed', () => {
    expect(catalogue.relations.get('public')?.has('visits_2030')).toBe(false)
    expect([...catalogue.relations.keys()]).toEqual(['public'])
  })

  it('tells comments', () => {
    expect(relation('authors').comment).toBe('People who write\n\nLiving and dead.')
    expect(relation('authors').columns.get('name')?.comment).toBe('Full name')
    expect(catalogue.schemaComments.get('public')).toBe('Library API\nBooks and who reads them.')
  })
})

describe('columns', () => {
  it.each([
    [
      'books',
      'id',
      { type: 'integer', nullable: false, identity: 'by default', default: "nextval('public.books_id_seq')" },
    ],
    ['authors', 'id', { type: 'bigint', identity: 'always', default: null }],
    [
      'authors',
      'email',
      {
        type: 'text',
        declaredType: 'public.work_email',
        nullable: false,
        default: "'desk@library.test'::text",
      },
    ],
    ['authors', 'mood', { type: 'public.mood', enumValues: ['happy', `it's "fine"`, 'sad'] }],
    [
      'books',
      'isbn',
      { type: 'character varying', declaredType: 'public.isbn', maxLength: 13, nullable: true },
    ],
    ['books', 'title', { type: 'character varying', declaredType: 'character varying(200)', maxLength: 200 }],
    ['books', 'initial', { type: 'character', maxLength: 1 }],
    ['books', 'slug', { generated: 'stored', default: null }],
    ['books', 'levels', { type: 'private.secret_level[]', enumValues: [] }],
    ['books', 'price', { type: 'numeric', declaredType: 'numeric(8,2)', maxLength: null, default: '9.5' }],
  ])('%s.%s', (table, column, wanted) => {
    expect(relation(table).columns.get(column)).toMatchObject(wanted)
  })

  it('keep the order of the table', () => {
    expect([...relation('loans').columns.keys()]).toEqual(['book_id', 'reader_id', 'due'])
  })

  it('can be computed by functions of a row', () => {
    expect([...relation('books').computedColumns.values()]).toEqual([
      { name: 'full_title', function: { schema: 'public', name: 'full_title' }, type: 'text' },
    ])
  })
})

describe('functions', () => {
  it('come with the shortest overload first', () => {
    expect(
      routines('add').map(({ parameters }) => parameters.map(({ name, required }) => [name, required])),
    ).toEqual([
      [
        ['a', true],
        ['b', false],
      ],
      [
        ['a', true],
        ['b', true],
        ['c', true],
      ],
    ])
    expect(routines('add')[0]?.comment).toBe('Adds\n\nTwo numbers.')
  })

  it.each([
    [
      'join_all',
      { hasVariadic: true, parameters: [{ name: 'words', type: 'text[]', required: false, variadic: true }] },
    ],
    ['echo', { bodyType: 'json', parameters: [{ name: '' }] }],
    [
      'find_books',
      {
        bodyType: null,
        volatility: 'stable',
        result: { kind: 'composite', isSet: true, type: { schema: 'public', name: 'books' } },
      },
    ],
    [
      'totals',
      { result: { kind: 'composite', isSet: true, type: { schema: 'pg_catalog', name: 'record' } } },
    ],
    [
      'out_first',
      {
        result: { kind: 'composite', isSet: false },
        parameters: [
          { name: 'needed', type: 'integer', required: true },
          { name: 'flag', type: 'boolean', required: false },
        ],
      },
    ],
    ['do_nothing', { result: { kind: 'void' } }],
    [
      'default_email',
      { result: { kind: 'scalar', isDomain: true, type: { schema: 'pg_catalog', name: 'text' } } },
    ],
    [
      'padded',
      {
        parameters: [
          { type: 'character', castType: 'character varying' },
          { type: 'bit', castType: 'bit varying' },
        ],
      },
    ],
    [
      'set_level',
      {
        isolation: 'serializable',
        settings: [
          ['statement_timeout', '2s'],
          ['default_transaction_isolation', 'serializable'],
        ],
      },
    ],
  ])('%s', (name, wanted) => {
    expect(routines(name)).toHaveLength(1)
    expect(routines(name)[0]).toMatchObject(wanted)
  })

  it.each(['two_unnamed', 'one_unnamed', 'on_change', 'hidden', 'full_title', 'book_agg'])(
    '%s cannot be called',
    (name) => {
      expect(routines(name)).toEqual([])
    },
  )
})

describe('representations and media types', () => {
  it('finds casts of domains from text and to json', () => {
    expect(catalogue.representations.get('public.color')?.get('json')).toBe('public.color_to_json')
    expect(catalogue.representations.get('text')?.get('public.color')).toBe('public.color_from_text')
  })

  it('finds aggregates over a table, over anything, and functions that give a body', () => {
    const of = catalogue.mediaHandlers.of.get('public')
    expect(of?.get('books')?.get('application/vnd.book')).toMatchObject({
      kind: 'aggregate',
      encoding: 'text',
      function: { name: 'book_agg' },
    })
    expect(of?.get('cover_image')?.get('image/png')).toMatchObject({ kind: 'result', encoding: 'bytes' })
    expect(catalogue.mediaHandlers.any.get('*/*')).toMatchObject({
      contentType: 'application/octet-stream',
      function: { name: 'any_agg' },
    })
  })
})

describe('settings', () => {
  const suffix = Math.random().toString(36).slice(2, 10)
  const service = `service_${suffix}`
  const visitor = `visitor_${suffix}`

  beforeAll(() =>
    database.admin.session((session) =>
      session.script(`
        create role ${service} login noinherit password '${service}';
        create role ${visitor};
        grant ${visitor} to ${service};
        alter role ${visitor} set statement_timeout = '3s';
        alter role ${visitor} set default_transaction_isolation = 'repeatable read';
        alter role ${visitor} set track_functions = 'all';`),
    ),
  )
  afterAll(async () => {
    await database.admin.run(sql`drop owned by ${raw(service)}`)
    await database.admin.session((session) => session.script(`drop role ${visitor}; drop role ${service};`))
  })

  it('reads those of the roles requests run as', async () => {
    const pool = openPool({ ...database.as(service), size: 1, applicationName: 'test' })
    try {
      const { roles } = await readCatalogue(pool, { schemas: ['public'], extraSearchPath: [] })
      // track_functions may be set by superusers only, so it is no setting of requests.
      expect(roles).toEqual(
        new Map([[visitor, { isolation: 'repeatable read', settings: [['statement_timeout', '3s']] }]]),
      )
    } finally {
      await pool.close()
    }
  })
})
