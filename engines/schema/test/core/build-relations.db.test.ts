import type { TestDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Catalogue, isToOne, type Relation, type Relationship, readCatalogue } from '../../src/index.ts'
import { openLibrary } from '../library.ts'

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

/** One line per relationship: kind, target, how they join. */
const tell = (relationship: Relationship): string => {
  const end = `${relationship.kind} ${relationship.target.name}`
  const pairs = (columns: readonly { readonly source: string; readonly target: string }[]) =>
    columns.map(({ source, target }) => `${source}=${target}`).join(',')
  switch (relationship.kind) {
    case 'computed':
      return `${end} by ${relationship.function.name}${relationship.toOne ? ', one' : ''}`
    case 'many-to-many': {
      const { relation: junction, sourceColumns, targetColumns } = relationship.junction
      return `${end} over ${junction.name} ${pairs(sourceColumns)} ${pairs(targetColumns)}`
    }
    default:
      return `${end} ${pairs(relationship.columns)}${relationship.isParent ? ', parent' : ''}`
  }
}

const relationshipsOf = (name: string, ...targets: string[]): readonly string[] =>
  relation(name)
    .relationships.filter(({ target }) => targets.includes(target.name))
    .map(tell)

describe('relationships', () => {
  it.each([
    [
      'books',
      ['authors'],
      [
        'many-to-one authors author_id=id',
        'many-to-one authors translator_id=id',
        'computed authors by author_of, one',
      ],
    ],
    [
      'authors',
      ['books'],
      ['one-to-many books id=author_id', 'one-to-many books id=translator_id', 'computed books by books_by'],
    ],
    ['book_details', ['books'], ['one-to-one books book_id=id']],
    ['books', ['book_details'], ['one-to-one book_details id=book_id, parent']],
    ['repairs', ['copies'], ['many-to-one copies shelf=shelf,place=place']],
    ['readers', ['readers'], ['one-to-many readers id=boss_id', 'many-to-one readers boss_id=id']],
    ['visits', ['readers'], ['many-to-one readers reader_id=id']],
    [
      'readers',
      ['books'],
      [
        'many-to-many books over loan_pairs id=reader_id book_id=id',
        'many-to-many books over loans id=reader_id book_id=id',
      ],
    ],
    [
      'cheap_books',
      ['authors', 'copies'],
      ['many-to-one authors author_id=id', 'one-to-many copies book_id=book_id'],
    ],
    ['both_ways', ['authors'], ['many-to-one authors author_id=id']],
    ['book_stats', ['authors'], ['many-to-one authors author_id=id']],
    [
      'author_names',
      ['cheap_books'],
      ['one-to-many cheap_books again=author_id', 'one-to-many cheap_books author=author_id'],
    ],
    ['ledger_direct', ['books'], ['many-to-one books book_id=id']],
    ['visits', ['odd {view'], ['many-to-one odd {view reader_id=we{i}rd ( ,\\ :resno 9 name']],
  ])('%s with %j', (name, targets, wanted) => {
    expect(relationshipsOf(name, ...targets)).toEqual(wanted)
  })

  it('end where a view below is out of reach, and at a union', () => {
    expect(relation('ledger_page').relationships).toEqual([])
    expect(relation('all_titles').relationships).toEqual([])
  })

  it('are replaced by a function that bears the name of the target', () => {
    expect(relationshipsOf('loans', 'readers')).toEqual(['computed readers by readers'])
  })

  it('never lead to relations that are not exposed', () => {
    const all = [...(catalogue.relations.get('public')?.values() ?? [])].flatMap(
      (found) => found.relationships,
    )
    expect(all.filter(({ target }) => target.schema !== 'public')).toEqual([])
  })

  it('give one object or a list', () => {
    const toOne = relation('books').relationships.filter(isToOne)
    expect(new Set(toOne.map(({ kind }) => kind))).toEqual(new Set(['many-to-one', 'one-to-one', 'computed']))
  })

  it('come in the same order from every reading', async () => {
    const again = await readCatalogue(database.admin, {
      schemas: ['public'],
      extraSearchPath: ['extensions'],
    })
    expect(again).toEqual(catalogue)
  })
})
