// A catalogue made by hand, for planning and compiling without a database: films, people, and what ties them.

import type { Catalogue, Column, Parameter, Relation, Relationship, Routine } from '@plinth/schema'

const column = (name: string, type: string, more: Partial<Column> = {}): readonly [string, Column] => [
  name,
  {
    name,
    comment: null,
    nullable: true,
    type,
    declaredType: type,
    maxLength: null,
    default: null,
    enumValues: [],
    generated: null,
    identity: null,
    ...more,
  },
]

const relation = (
  name: string,
  columns: readonly (readonly [string, Column])[],
  relationships: readonly Relationship[],
  primaryKey: readonly string[] = ['id'],
): readonly [string, Relation] => [
  name,
  {
    schema: 'api',
    name,
    kind: 'table',
    comment: null,
    insertable: true,
    updatable: true,
    deletable: true,
    primaryKey,
    columns: new Map(columns),
    computedColumns: new Map(),
    relationships,
  },
]

const at = (name: string) => ({ schema: 'api', name })

const byKey = (
  kind: 'many-to-one' | 'one-to-many',
  [source, from]: readonly [string, string],
  [target, to]: readonly [string, string],
): Relationship => ({
  kind,
  source: at(source),
  target: at(target),
  isSelf: source === target,
  constraint: kind === 'many-to-one' ? `${source}_${from}_fkey` : `${target}_${to}_fkey`,
  columns: [{ source: from, target: to }],
  isParent: false,
  sourceIsView: false,
  targetIsView: false,
})

const throughRoles: Relationship = {
  kind: 'many-to-many',
  source: at('films'),
  target: at('people'),
  isSelf: false,
  junction: {
    relation: at('roles'),
    sourceConstraint: 'roles_film_id_fkey',
    targetConstraint: 'roles_person_id_fkey',
    sourceColumns: [{ source: 'id', target: 'film_id' }],
    targetColumns: [{ source: 'person_id', target: 'id' }],
  },
  sourceIsView: false,
  targetIsView: false,
}

const parameter = (name: string, type: string, required = true): Parameter => ({
  name,
  type,
  castType: type,
  required,
  variadic: false,
})

const routine = (name: string, parameters: readonly Parameter[], more: Partial<Routine> = {}): Routine => ({
  id: 1,
  schema: 'api',
  name,
  comment: null,
  parameters,
  hasVariadic: false,
  result: { kind: 'scalar', isSet: false, type: { schema: 'pg_catalog', name: 'int4' }, isDomain: false },
  volatility: 'volatile',
  bodyType: null,
  isolation: null,
  settings: [],
  ...more,
})

export const catalogue: Catalogue = {
  serverVersion: 170_000,
  hasPostgis: false,
  schemas: ['api'],
  schemaComments: new Map(),
  relations: new Map([
    [
      'api',
      new Map([
        relation(
          'films',
          [
            column('id', 'integer'),
            column('title', 'text'),
            column('data', 'jsonb'),
            column('story', 'tsvector'),
            column('stage', 'text', { default: "'idea'::text" }),
            column('color', 'integer', { declaredType: 'api.color' }),
            column('director_id', 'integer'),
          ],
          [
            byKey('many-to-one', ['films', 'director_id'], ['people', 'id']),
            throughRoles,
            byKey('one-to-many', ['films', 'id'], ['roles', 'film_id']),
          ],
        ),
        relation(
          'people',
          [column('id', 'integer'), column('name', 'text')],
          [byKey('one-to-many', ['people', 'id'], ['films', 'director_id'])],
        ),
        relation(
          'roles',
          [column('film_id', 'integer'), column('person_id', 'integer'), column('part', 'text')],
          [
            byKey('many-to-one', ['roles', 'film_id'], ['films', 'id']),
            byKey('many-to-one', ['roles', 'person_id'], ['people', 'id']),
          ],
          ['film_id', 'person_id'],
        ),
      ]),
    ],
  ]),
  functions: new Map([
    [
      'api',
      new Map([
        ['add', [routine('add', [parameter('a', 'integer'), parameter('b', 'integer', false)])]],
        [
          'twice',
          [routine('twice', [parameter('n', 'integer')]), routine('twice', [parameter('n', 'text')])],
        ],
        ['echo', [routine('echo', [parameter('', 'json')], { bodyType: 'json' })]],
      ]),
    ],
  ]),
  representations: new Map([
    ['api.color', new Map([['json', 'api.color_to_json']])],
    ['json', new Map([['api.color', 'api.color_from_json']])],
    ['text', new Map([['api.color', 'api.color_from_text']])],
  ]),
  mediaHandlers: { any: new Map(), of: new Map() },
  roles: new Map(),
}
