// Relations of every kind, types made of others, functions of rare shapes: https://docs.postgrest.org/en/stable/references/api.html

import { readFile } from 'node:fs/promises'
import { beforeAll, describe } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const { studio } = withStudio({ extraSearchPath: ['public', 'extensions'] })
const rolledBack = { prefer: 'return=representation,tx=rollback' }

beforeAll(async () => {
  const script = await readFile(new URL('../fixtures/store.sql', import.meta.url), 'utf8')
  await studio().database.admin.session((session) => session.script(script))
  await studio().reload()
})

// https://docs.postgrest.org/en/stable/references/api/tables_views.html
// https://docs.postgrest.org/en/stable/references/api/resource_embedding.html#foreign-key-joins-on-partitioned-tables
describe('kinds of relations', () => {
  runTable(studio, [
    {
      name: 'a materialized view',
      path: '/film_lengths?id=lt.3&order=id&select=id,minutes',
      answer: [
        { id: 1, minutes: 90 },
        { id: 2, minutes: 120 },
      ],
    },
    {
      name: 'a materialized view, with whom its query joins',
      path: '/film_lengths?id=eq.1&select=id,people!director_id(name)',
      answer: [{ id: 1, people: { name: 'Ada' } }],
    },
    {
      name: 'a materialized view cannot be written',
      method: 'PATCH',
      path: '/film_lengths?id=eq.1',
      body: { minutes: 1 },
      status: 400,
    },
    {
      name: 'methods of a materialized view',
      method: 'OPTIONS',
      path: '/film_lengths',
      shows: { allow: 'OPTIONS,GET,HEAD' },
    },
    {
      name: 'a partitioned table',
      path: '/tickets?sold=gte.2026-01-01&select=id&order=id',
      answer: [{ id: 2 }, { id: 3 }],
    },
    {
      name: 'a partitioned table, embedding',
      path: '/tickets?id=eq.3&select=films(id)',
      answer: [{ films: { id: 2 } }],
    },
    {
      name: 'a partitioned table, embedded',
      path: '/films?id=eq.1&select=tickets(id)&tickets.order=id.desc',
      answer: [{ tickets: [{ id: 2 }, { id: 1 }] }],
    },
    {
      name: 'a partitioned table, written',
      method: 'POST',
      path: '/tickets?select=id,sold',
      headers: rolledBack,
      body: { id: 9, sold: '2025-12-31', film_id: 2 },
      status: 201,
      answer: [{ id: 9, sold: '2025-12-31' }],
    },
    {
      name: 'a view, updated',
      method: 'PATCH',
      path: '/idle_films?id=eq.3&select=id,code',
      headers: rolledBack,
      body: { code: 'R1' },
      answer: [{ id: 3, code: 'R1' }],
    },
    {
      name: 'a view, inserted into',
      method: 'POST',
      path: '/idle_films?select=title',
      headers: rolledBack,
      body: { title: 'Through the view' },
      status: 201,
      answer: [{ title: 'Through the view' }],
    },
    {
      name: 'a foreign table',
      path: '/lines?word=eq.away',
      answer: [{ id: 2, word: 'away' }],
    },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/tables_views.html#composite-array-columns
describe('columns made of others', () => {
  runTable(studio, [
    {
      name: 'a part of a composite',
      path: '/canvases?select=id,size->width&order=id',
      answer: [
        { id: 1, width: 2 },
        { id: 2, width: 4 },
      ],
    },
    {
      name: 'a part of a composite, as text, filtered and ordered by',
      path: '/canvases?select=tall:size->>height&size->>height=in.(3,5)&order=size->height.desc',
      answer: [{ tall: '5' }, { tall: '3' }],
    },
    {
      name: 'an element of an array',
      path: '/canvases?select=areas->1->width&id=eq.1',
      answer: [{ width: 2 }],
    },
    {
      name: 'an element counted from the end',
      path: '/canvases?select=last:areas->-1&id=eq.1',
      answer: [{ last: { width: 2, height: 2 } }],
    },
    {
      name: 'ranges of times',
      path: '/canvases?select=id&spans=cs.["2026-01-05","2026-01-06"]',
      answer: [{ id: 1 }],
    },
    {
      name: 'a composite, written; a generated column, read',
      method: 'POST',
      path: '/canvases?select=area,size->height',
      headers: rolledBack,
      body: { id: 7, size: { width: 6, height: 7 } },
      status: 201,
      answer: [{ area: 42, height: 7 }],
    },
    {
      name: 'a generated column cannot be written',
      method: 'PATCH',
      path: '/canvases?id=eq.1',
      body: { area: 1 },
      status: 400,
    },
    {
      name: 'is not null',
      path: '/canvases?select=id&size=not.is.null&order=id',
      answer: [{ id: 1 }, { id: 2 }],
    },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/domain_representations.html
describe('domains with casts', () => {
  runTable(studio, [
    { name: 'read', path: '/paints?select=shade', answer: [{ shade: '#0000ff' }] },
    { name: 'filtered', path: '/paints?select=id&shade=eq.%230000ff', answer: [{ id: 1 }] },
    { name: 'filtered, in a list', path: '/paints?select=id&shade=in.(0000ff,ff0000)', answer: [{ id: 1 }] },
    {
      name: 'written',
      method: 'POST',
      path: '/paints?select=shade',
      headers: rolledBack,
      body: { id: 2, shade: '#00ff00' },
      status: 201,
      answer: [{ shade: '#00ff00' }],
    },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/functions.html
describe('functions of rare shapes', () => {
  runTable(studio, [
    {
      name: 'the body as XML',
      method: 'POST',
      path: '/rpc/root_of',
      headers: { 'content-type': 'text/xml' },
      body: '<reel><frame/></reel>',
      text: '"reel"',
    },
    { name: 'defaults and variadic', path: '/rpc/pick?a=1&b=x&rest=1&rest=2', answer: '1/x/2' },
    { name: 'an array', path: '/rpc/numbers', answer: [1, 2] },
    {
      name: 'rows of output arguments, filtered and chosen',
      path: '/rpc/pairs?left_one=gt.1&select=right_one',
      answer: [{ right_one: 'b' }],
    },
    {
      name: 'limit, offset and an exact count',
      path: '/rpc/pairs?limit=1&offset=1',
      headers: { prefer: 'count=exact' },
      status: 206,
      answer: [{ left_one: 2, right_one: 'b' }],
      shows: { 'content-range': '1-1/2' },
    },
    {
      name: 'CSV',
      path: '/rpc/pairs',
      headers: { accept: 'text/csv' },
      text: 'left_one,right_one\n1,a\n2,b',
    },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/media_type_handlers.html
describe('XML', () => {
  beforeAll(async () => {
    await studio().database.admin.session((session) =>
      session.script(
        `create domain studio."text/xml" as pg_catalog.xml;
        create function studio.tag() returns studio."text/xml" language sql stable as $$ select '<tag/>'::studio."text/xml" $$;
        create function studio.plain_tag() returns text language sql stable as $$ select '<tag/>' $$;
        create table studio.leaves (id int primary key, leaf pg_catalog.xml);
        insert into studio.leaves values (1, '<a/>'), (2, '<b>text</b>');
        grant all on studio.leaves to anon;
        create function studio.add_leaf(state studio."text/xml", next studio.leaves) returns studio."text/xml"
          language sql immutable as $$ select xmlconcat2(state, next.leaf)::studio."text/xml" $$;
        create aggregate studio.leaves_xml(studio.leaves) (sfunc = studio.add_leaf, stype = studio."text/xml")`,
      ),
    )
    await studio().reload()
  })
  const accept = { accept: 'text/xml' }
  const shows = { 'content-type': 'text/xml; charset=utf-8' }
  runTable(studio, [
    { name: 'of a function', path: '/rpc/tag', headers: accept, text: '<tag/>', shows },
    { name: 'of rows', path: '/leaves?order=id', headers: accept, text: '<a/><b>text</b>', shows },
    {
      name: 'a column of it in JSON',
      path: '/leaves?select=leaf&id=eq.2',
      answer: [{ leaf: '<b>text</b>' }],
    },
    {
      name: 'of a function that gives text',
      path: '/rpc/plain_tag',
      headers: accept,
      status: 406,
      answer: {
        code: 'PGRST107',
        details: null,
        hint: null,
        message: 'None of these media types are available: text/xml',
      },
    },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/media_type_handlers.html#builtin-handlers
describe('GeoJSON', () => {
  beforeAll(async () => {
    await studio().database.admin.session((session) =>
      session.script(
        `create extension postgis schema extensions;
        create table studio.places (id int primary key, spot extensions.geometry(point));
        insert into studio.places values (1, extensions.st_point(7, 46));
        grant all on studio.places to anon`,
      ),
    )
    await studio().reload()
  })
  const point = { type: 'Point', coordinates: [7, 46] }
  runTable(studio, [
    {
      name: 'rows as features',
      path: '/places',
      headers: { accept: 'application/geo+json' },
      answer: {
        type: 'FeatureCollection',
        features: [{ type: 'Feature', geometry: point, properties: { id: 1 } }],
      },
      shows: { 'content-type': 'application/geo+json; charset=utf-8' },
    },
    { name: 'a shape in JSON', path: '/places?select=spot', answer: [{ spot: point }] },
  ])
})
