// Upsert, update, delete: https://postgrest.org/en/stable/references/api/tables_views.html#update

import { describe, expect, it } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const { studio } = withStudio()
const rolledBack = 'tx=rollback'
const shown = `return=representation,${rolledBack}`

describe('upsert', () => {
  const merge = `resolution=merge-duplicates,${shown}`
  runTable(studio, [
    {
      name: 'merges by primary key: 200 when nothing is new',
      method: 'POST',
      path: '/films?select=id,title',
      headers: { prefer: merge },
      body: { id: 1, title: 'Merged' },
      status: 200,
      answer: [{ id: 1, title: 'Merged' }],
      shows: { 'preference-applied': 'resolution=merge-duplicates, return=representation, tx=rollback' },
    },
    {
      name: '201 when something is new',
      method: 'POST',
      path: '/films?select=id&order=id',
      headers: { prefer: merge },
      body: [
        { id: 1, title: 'Merged' },
        { id: 30, title: 'New' },
      ],
      status: 201,
      answer: [{ id: 1 }, { id: 30 }],
    },
    {
      name: 'on another unique column',
      method: 'POST',
      path: '/films?on_conflict=code&select=id,title',
      headers: { prefer: merge },
      body: { code: 'C1', title: 'By code' },
      status: 200,
      answer: [{ id: 1, title: 'By code' }],
    },
    {
      name: 'ignores duplicates',
      method: 'POST',
      path: '/films?select=id',
      headers: { prefer: `resolution=ignore-duplicates,${shown}` },
      body: [
        { id: 1, title: 'x' },
        { id: 31, title: 'y' },
      ],
      status: 201,
      answer: [{ id: 31 }],
    },
    {
      name: 'PUT updates',
      method: 'PUT',
      path: '/people?id=eq.3&select=name',
      headers: { prefer: shown },
      body: { id: 3, name: 'Cyd' },
      status: 200,
      answer: [{ name: 'Cyd' }],
    },
    {
      name: 'PUT creates',
      method: 'PUT',
      path: '/people?id=eq.9',
      headers: { prefer: shown },
      body: { id: 9, name: 'Di' },
      status: 201,
    },
    {
      name: 'PUT of another row',
      method: 'PUT',
      path: '/people?id=eq.9',
      body: { id: 3, name: 'Di' },
      status: 400,
      answer: {
        code: 'PGRST115',
        details: null,
        hint: null,
        message: 'Payload values do not match URL in primary key column(s)',
      },
    },
    {
      name: 'PUT by another column',
      method: 'PUT',
      path: '/people?name=eq.Cy',
      body: { id: 3, name: 'Cy' },
      status: 405,
      answer: {
        code: 'PGRST105',
        details: null,
        hint: null,
        message: "Filters must include all and only primary key columns with 'eq' operators",
      },
    },
    {
      name: 'PUT with a limit',
      method: 'PUT',
      path: '/people?id=eq.3&limit=1',
      body: { id: 3, name: 'Cy' },
      status: 400,
      answer: {
        code: 'PGRST114',
        details: null,
        hint: null,
        message: 'limit/offset querystring parameters are not allowed for PUT',
      },
    },
  ])
})

describe('update and delete', () => {
  runTable(studio, [
    {
      name: 'update, nothing back',
      method: 'PATCH',
      path: '/films?id=eq.1',
      headers: { prefer: `${rolledBack},count=exact` },
      body: { minutes: 91 },
      status: 204,
      text: '',
      shows: { 'content-range': '0-0/1', 'content-type': null },
    },
    {
      name: 'update, rows back',
      method: 'PATCH',
      path: '/films?id=lt.3&select=id,minutes&order=id',
      headers: { prefer: shown },
      body: { minutes: 7 },
      answer: [
        { id: 1, minutes: 7 },
        { id: 2, minutes: 7 },
      ],
      shows: { 'content-range': '0-1/*' },
    },
    {
      name: 'update of nothing',
      method: 'PATCH',
      path: '/films?id=eq.1',
      headers: { prefer: shown },
      body: '{}',
      answer: [],
      shows: { 'content-range': '*/*' },
    },
    {
      name: 'delete, rows back',
      method: 'DELETE',
      path: '/roles?film_id=eq.1&select=part,people(name)&order=part',
      headers: { prefer: shown },
      answer: [
        { part: 'the cat', people: { name: 'Bo' } },
        { part: 'the mouse', people: { name: 'Cy' } },
      ],
    },
    {
      name: 'delete, nothing back',
      method: 'DELETE',
      path: '/roles?film_id=eq.2',
      headers: { prefer: rolledBack },
      status: 204,
      shows: { 'content-range': '*/*' },
    },
    {
      name: 'one object wanted, two found',
      method: 'PATCH',
      path: '/films?id=lt.3',
      headers: { prefer: 'return=representation', accept: 'application/vnd.pgrst.object+json' },
      body: { minutes: 1 },
      status: 406,
      answer: {
        code: 'PGRST116',
        details: 'The result contains 2 rows',
        hint: null,
        message: 'Cannot coerce the result to a single JSON object',
      },
    },
    {
      name: 'more rows than allowed',
      method: 'DELETE',
      path: '/roles?film_id=gt.0',
      headers: { prefer: 'handling=strict,max-affected=2' },
      status: 400,
      answer: {
        code: 'PGRST124',
        details: 'The query affects 3 rows',
        hint: null,
        message: 'Query result exceeds max-affected preference constraint',
      },
    },
    {
      name: 'unknown preferences, strictly',
      path: '/films',
      headers: { prefer: 'handling=strict,anything,max-rows=3' },
      status: 400,
      answer: {
        code: 'PGRST122',
        details: 'Invalid preferences: anything, max-rows=3',
        hint: null,
        message: 'Invalid preferences given with handling=strict',
      },
    },
    {
      name: 'nothing of this happened',
      path: '/roles?select=film_id&order=film_id',
      answer: [{ film_id: 1 }, { film_id: 1 }, { film_id: 2 }],
    },
    {
      name: 'nor of that',
      path: '/films?select=minutes&order=id',
      answer: [{ minutes: 90 }, { minutes: 120 }, { minutes: null }],
    },
  ])

  it('commits what it is not told to roll back', async () => {
    const { ask } = studio()
    await ask({ method: 'POST', path: '/reels', body: { label: 'kept', meters: 1 } })
    const before = await ask({ path: '/reels?label=eq.kept' })
    await ask({ method: 'DELETE', path: '/reels?label=eq.kept' })
    const after = await ask({ path: '/reels?label=eq.kept' })
    expect([before.body, after.body]).toEqual([[{ label: 'kept', meters: 1 }], []])
  })
})
