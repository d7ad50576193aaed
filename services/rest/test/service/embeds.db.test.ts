// Resource embedding: https://postgrest.org/en/stable/references/api/resource_embedding.html

import { describe, expect } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const { studio } = withStudio({ aggregatesEnabled: true })

describe('relationships', () => {
  runTable(studio, [
    {
      name: 'to one, by hint of a column',
      path: '/films?select=title,director:people!director_id(name)&id=eq.1',
      answer: [{ title: 'Cats', director: { name: 'Ada' } }],
    },
    {
      name: 'to one, by foreign key',
      path: '/films?select=title,films_writer_id_fkey(name)&id=lt.3&order=id',
      answer: [
        { title: 'Cats', films_writer_id_fkey: { name: 'Bo' } },
        { title: 'Dogs and cats', films_writer_id_fkey: null },
      ],
    },
    {
      name: 'to many',
      path: '/films?select=id,roles(part)&id=eq.1&roles.order=part',
      answer: [{ id: 1, roles: [{ part: 'the cat' }, { part: 'the mouse' }] }],
    },
    {
      name: 'many to many',
      path: '/films?select=id,people!roles(name)&order=id&people.order=name.desc',
      answer: [
        { id: 1, people: [{ name: 'Cy' }, { name: 'Bo' }] },
        { id: 2, people: [{ name: 'Cy' }] },
        { id: 3, people: [] },
      ],
    },
    {
      name: 'one to one',
      path: '/films?select=id,posters(slogan)&id=lt.3&order=id',
      answer: [
        { id: 1, posters: { slogan: 'Nine lives' } },
        { id: 2, posters: null },
      ],
    },
    {
      name: 'a table with itself, both ways',
      path: '/people?select=name,boss:boss_id(name),staff:people!boss_id(name)&id=lt.3&order=id',
      answer: [
        { name: 'Ada', boss: null, staff: [{ name: 'Bo' }, { name: 'Cy' }] },
        { name: 'Bo', boss: { name: 'Ada' }, staff: [] },
      ],
    },
    {
      name: 'computed',
      path: '/films?select=id,cast_of(name)&id=eq.2',
      answer: [{ id: 2, cast_of: [{ name: 'Cy' }] }],
    },
    {
      name: 'computed, in the schema of its function, whose target stands elsewhere',
      path: '/films?select=id,box_of(label)&id=lt.3&order=id',
      answer: [
        { id: 1, box_of: { label: 'old' } },
        { id: 2, box_of: null },
      ],
    },
    {
      name: 'computed, by a function of another schema',
      path: '/films?select=id,twin_of(id)',
      status: 400,
      answer: {
        code: 'PGRST200',
        details:
          "Searched for a foreign key relationship between 'films' and 'twin_of' in the schema 'studio', but no matches were found.",
        hint: null,
        message: "Could not find a relationship between 'films' and 'twin_of' in the schema cache",
      },
    },
    {
      name: 'through a view',
      path: '/released_films?select=title,people!director_id(name)',
      answer: [{ title: 'Cats', people: { name: 'Ada' } }],
    },
    {
      name: 'three levels',
      path: '/people?select=name,roles(part,films(title,posters(slogan)))&id=eq.2',
      answer: [
        {
          name: 'Bo',
          roles: [{ part: 'the cat', films: { title: 'Cats', posters: { slogan: 'Nine lives' } } }],
        },
      ],
    },
    {
      name: 'ambiguous',
      path: '/films?select=people(name)',
      status: 300,
      answer: {
        code: 'PGRST201',
        details: [
          {
            cardinality: 'many-to-one',
            embedding: 'films with people',
            relationship: 'films_director_id_fkey using films(director_id) and people(id)',
          },
          {
            cardinality: 'many-to-one',
            embedding: 'films with people',
            relationship: 'films_writer_id_fkey using films(writer_id) and people(id)',
          },
          {
            cardinality: 'many-to-many',
            embedding: 'films with people',
            relationship: 'roles using roles_film_id_fkey(film_id) and roles_person_id_fkey(person_id)',
          },
        ],
        hint: "Try changing 'people' to one of the following: 'people!films_director_id_fkey', 'people!films_writer_id_fkey', 'people!roles'. Find the desired relationship in the 'details' key.",
        message: "Could not embed because more than one relationship was found for 'films' and 'people'",
      },
    },
    {
      name: 'missing, near another',
      path: '/films?select=role(part)',
      status: 400,
      answer: {
        code: 'PGRST200',
        details:
          "Searched for a foreign key relationship between 'films' and 'role' in the schema 'studio', but no matches were found.",
        hint: "Perhaps you meant 'roles' instead of 'role'.",
        message: "Could not find a relationship between 'films' and 'role' in the schema cache",
      },
    },
    {
      name: 'many to many through what is not exposed: no name is wrong, so none is proposed',
      path: '/singers?select=agents(id)',
      status: 400,
      answer: {
        code: 'PGRST200',
        details:
          "Searched for a foreign key relationship between 'singers' and 'agents' in the schema 'studio', but no matches were found.",
        hint: null,
        message: "Could not find a relationship between 'singers' and 'agents' in the schema cache",
      },
    },
  ])
})

describe('filters, order and limits of embeds', () => {
  runTable(studio, [
    {
      name: 'inner join by a filter on the embed',
      path: '/films?select=id,roles!inner(part)&roles.part=like.*mouse',
      answer: [{ id: 1, roles: [{ part: 'the mouse' }] }],
    },
    {
      name: 'an embed with an alias named by its relation: as before, with a warning',
      path: '/films?select=id,parts:roles(part)&id=eq.1&roles.part=like.*mouse',
      answer: [{ id: 1, parts: [{ part: 'the mouse' }] }],
      shows: {
        warning:
          '299 PostgRESTv14.1 "Embedded resource was referenced by relation name even though it has an alias. This is deprecated and will stop working in a future release. Update `roles` to `parts` in query string filters, orders or limits."',
      },
    },
    {
      name: 'warnings come in the order of the select',
      path: '/films?select=id,words:posters(slogan),parts:roles(part)&id=eq.1&roles.part=eq.x&posters.slogan=eq.x',
      answer: [{ id: 1, words: null, parts: [] }],
      shows: { warning: expect.stringContaining('Update `posters` to `words`, `roles` to `parts` in') },
    },
    {
      name: 'inner joins count',
      path: '/films?select=id,roles!inner(part)&order=id&limit=1',
      headers: { prefer: 'count=exact' },
      status: 206,
      answer: [{ id: 1, roles: [{ part: 'the cat' }, { part: 'the mouse' }] }],
      shows: { 'content-range': '0-0/2' },
    },
    {
      name: 'null filter',
      path: '/films?select=id,posters()&posters=is.null&order=id',
      answer: [{ id: 2 }, { id: 3 }],
    },
    {
      name: 'or across embeds',
      path: '/films?select=id,posters(),roles()&or=(posters.not.is.null,roles.is.null)&order=id',
      answer: [{ id: 1 }, { id: 3 }],
    },
    {
      name: 'limit and offset of an embed',
      path: '/films?select=id,roles(part)&id=eq.1&roles.order=part&roles.limit=1&roles.offset=1',
      answer: [{ id: 1, roles: [{ part: 'the mouse' }] }],
    },
    {
      name: 'order by a to-one embed',
      path: '/roles?select=part,people(name)&order=people(name).desc,part',
      answer: [
        { part: 'the dog', people: { name: 'Cy' } },
        { part: 'the mouse', people: { name: 'Cy' } },
        { part: 'the cat', people: { name: 'Bo' } },
      ],
    },
    {
      name: 'order by a to-many embed',
      path: '/films?select=id,roles(part)&order=roles(part)',
      status: 400,
      answer: {
        code: 'PGRST118',
        details: "'films' and 'roles' do not form a many-to-one or one-to-one relationship",
        hint: null,
        message: "A related order on 'roles' is not possible",
      },
    },
    {
      name: 'a filter on what is not embedded',
      path: '/films?roles.part=eq.x',
      status: 400,
      answer: {
        code: 'PGRST108',
        details: null,
        hint: "Verify that 'roles' is included in the 'select' query parameter.",
        message: "'roles' is not an embedded resource in this request",
      },
    },
  ])
})

describe('spreads and aggregates', () => {
  runTable(studio, [
    {
      name: 'spread to one',
      path: '/posters?select=slogan,...films(title,minutes)',
      answer: [{ slogan: 'Nine lives', title: 'Cats', minutes: 90 }],
    },
    {
      name: 'spread of all columns',
      path: '/roles?select=part,...people(*)&film_id=eq.2',
      answer: [{ part: 'the dog', id: 3, name: 'Cy', born: null, boss_id: 1, notes: {} }],
    },
    {
      name: 'spread to many, ordered',
      path: '/films?select=id,...roles(part)&id=eq.1&roles.order=part.desc',
      answer: [{ id: 1, part: ['the mouse', 'the cat'] }],
    },
    { name: 'count', path: '/films?select=count()', answer: [{ count: 3 }] },
    {
      name: 'grouped',
      path: '/roles?select=film_id,parts:part.count()&order=film_id',
      answer: [
        { film_id: 1, parts: 2 },
        { film_id: 2, parts: 1 },
      ],
    },
    {
      name: 'sum, average, least, most, with casts',
      path: '/films?select=minutes.sum(),minutes.avg()::int,minutes.min(),minutes.max()',
      answer: [{ sum: 210, avg: 105, min: 90, max: 120 }],
    },
    {
      name: 'in an embed',
      path: '/films?select=id,roles(count)&order=id',
      answer: [
        { id: 1, roles: [{ count: 2 }] },
        { id: 2, roles: [{ count: 1 }] },
        { id: 3, roles: [{ count: 0 }] },
      ],
    },
    {
      name: 'lifted out of a spread',
      path: '/roles?select=...films(director_id),part.count()&order=part.count',
      status: 400,
    },
    {
      name: 'grouped by a spread',
      path: '/roles?select=...films(title),part.count()',
      status: 200,
    },
  ])
})

describe('aggregates switched off', () => {
  const plain = withStudio()
  runTable(plain.studio, [
    {
      name: 'refused',
      path: '/films?select=count()',
      status: 400,
      answer: {
        code: 'PGRST123',
        details: null,
        hint: null,
        message: 'Use of aggregate functions is not allowed',
      },
    },
  ])
})
