// Which relationship an embed means: by name of the other relation, of a foreign key or of a column, cut
// down by a hint. None and several are errors that say what to change.

import type {
  Catalogue,
  JunctionRelationship,
  KeyRelationship,
  QualifiedName,
  Relation,
  Relationship,
} from '@plinth/schema'
import { errors } from '../errors.ts'
import { nearestName } from './near-names.ts'

export type Wanted = { readonly name: string; readonly hint: string | undefined }

const isKey = (relationship: Relationship): relationship is KeyRelationship =>
  relationship.kind !== 'computed' && relationship.kind !== 'many-to-many'

const isOneColumn = (relationship: KeyRelationship, end: 'source' | 'target', name: string): boolean =>
  relationship.columns.length === 1 && relationship.columns[0]?.[end] === name

/** One foreign key gives two relationships of a table with itself: the table's name is the list, the column the object. */
const matchesSelf = (relationship: Relationship, { name, hint }: Wanted): boolean => {
  if (!isKey(relationship)) return hint === undefined ? false : matchesHinted(relationship, name, hint)
  const isList = relationship.kind === 'one-to-many' && relationship.target.name === name
  if (hint !== undefined)
    return isList && (isOneColumn(relationship, 'source', hint) || isOneColumn(relationship, 'target', hint))
  return isList || (relationship.kind === 'many-to-one' && isOneColumn(relationship, 'source', name))
}

const matchesHinted = (relationship: Relationship, name: string, hint: string): boolean => {
  if (relationship.kind === 'computed' || relationship.target.name !== name) return false
  if (relationship.kind === 'many-to-many') return relationship.junction.relation.name === hint
  return (
    relationship.constraint === hint ||
    isOneColumn(relationship, 'source', hint) ||
    isOneColumn(relationship, 'target', hint)
  )
}

const matches = (relationship: Relationship, wanted: Wanted): boolean => {
  if (relationship.kind === 'computed') return relationship.function.name === wanted.name
  if (relationship.isSelf) return matchesSelf(relationship, wanted)
  if (wanted.hint !== undefined) return matchesHinted(relationship, wanted.name, wanted.hint)
  if (relationship.target.name === wanted.name) return true
  if (!isKey(relationship) || relationship.targetIsView) return false
  return relationship.constraint === wanted.name || isOneColumn(relationship, 'source', wanted.name)
}

/** A computed relationship is found where its function stands, any other where its target does. */
const standsIn =
  (schema: string) =>
  (relationship: Relationship): boolean =>
    (relationship.kind === 'computed' ? relationship.function : relationship.target).schema === schema

export const findRelationship = (
  catalogue: Catalogue,
  origin: QualifiedName,
  wanted: Wanted,
  schema: string,
): Relationship => {
  const relation = catalogue.relations.get(origin.schema)?.get(origin.name)
  const inSchema = relation?.relationships.filter(standsIn(schema)) ?? []
  const found = inSchema.filter((each) => matches(each, wanted))
  const [only] = found
  if (only === undefined) throw missing(catalogue, origin, wanted, schema)
  if (found.length > 1) throw ambiguous(origin, wanted, found)
  return only
}

const missing = (catalogue: Catalogue, origin: QualifiedName, wanted: Wanted, schema: string) => {
  const usingHint = wanted.hint === undefined ? '' : `' using the hint '${wanted.hint}`
  return errors.noRelationship(
    `Could not find a relationship between '${origin.name}' and '${wanted.name}' in the schema cache`,
    `Searched for a foreign key relationship between '${origin.name}' and '${wanted.name}${usingHint}' in the schema '${schema}', but no matches were found.`,
    nearHint(catalogue.relations.get(schema), origin.name, wanted.name, schema),
  )
}

const nearHint = (
  relations: ReadonlyMap<string, Relation> | undefined,
  parent: string,
  child: string,
  schema: string,
): string | undefined => {
  const targets = (relation: Relation | undefined) =>
    relation?.relationships.filter(standsIn(schema)).map(({ target }) => target.name) ?? []
  const children = [...new Set(targets(relations?.get(parent)))]
  if (children.includes(child)) return undefined
  if (children.length > 0) {
    const near = nearestName(children, child)
    return near && `Perhaps you meant '${near}' instead of '${child}'.`
  }
  // Both names are right, and what connects them is not exposed: no other name is meant.
  if (relations?.has(parent) && relations.has(child)) return undefined
  const parents = [...(relations?.values() ?? [])].filter((each) => targets(each).length > 0)
  const near = nearestName(
    parents.map((each) => each.name),
    parent,
  )
  return near && `Perhaps you meant '${near}' instead of '${parent}'.`
}

const ambiguous = (origin: QualifiedName, wanted: Wanted, found: readonly Relationship[]) => {
  const stored = found.filter((each) => each.kind !== 'computed')
  const hints = stored.map((each) => `'${each.target.name}!${nameOf(each)}'`).join(', ')
  return errors.ambiguousEmbed(
    `Could not embed because more than one relationship was found for '${origin.name}' and '${wanted.name}'`,
    stored.map(described),
    `Try changing '${wanted.name}' to one of the following: ${hints}. Find the desired relationship in the 'details' key.`,
  )
}

const nameOf = (relationship: KeyRelationship | JunctionRelationship): string =>
  relationship.kind === 'many-to-many' ? relationship.junction.relation.name : relationship.constraint

const columnList = (columns: readonly string[]): string => `(${columns.join(', ')})`

const described = (relationship: KeyRelationship | JunctionRelationship) => ({
  cardinality: relationship.kind,
  embedding: `${relationship.source.name} with ${relationship.target.name}`,
  relationship: relationship.kind === 'many-to-many' ? throughJunction(relationship) : byKey(relationship),
})

const throughJunction = ({ junction }: JunctionRelationship): string => {
  const source = columnList(junction.sourceColumns.map((pair) => pair.target))
  const target = columnList(junction.targetColumns.map((pair) => pair.source))
  return `${junction.relation.name} using ${junction.sourceConstraint}${source} and ${junction.targetConstraint}${target}`
}

const byKey = ({ constraint, source, target, columns }: KeyRelationship): string =>
  `${constraint} using ${source.name}${columnList(columns.map((pair) => pair.source))} and ${target.name}${columnList(columns.map((pair) => pair.target))}`
