// Pagination and counts: https://postgrest.org/en/stable/references/api/pagination_count.html

import { describe } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const ids = (...all: readonly number[]) => all.map((id) => ({ id }))

describe('ranges', () => {
  const { studio } = withStudio()
  const path = '/films?select=id&order=id'
  runTable(studio, [
    { name: 'everything', path, answer: ids(1, 2, 3), shows: { 'content-range': '0-2/*' } },
    { name: 'limit', path: `${path}&limit=2`, answer: ids(1, 2), shows: { 'content-range': '0-1/*' } },
    { name: 'offset', path: `${path}&offset=1`, answer: ids(2, 3), shows: { 'content-range': '1-2/*' } },
    { name: 'limit 0', path: `${path}&limit=0`, answer: [], shows: { 'content-range': '*/*' } },
    { name: 'an unreadable limit counts as none', path: `${path}&limit=x`, answer: ids(1, 2, 3) },
    { name: 'Range', path, headers: { range: '1-1' }, answer: ids(2), shows: { 'content-range': '1-1/*' } },
    { name: 'open Range', path, headers: { range: '2-' }, answer: ids(3) },
    {
      name: 'Range is for GET only',
      method: 'HEAD',
      path,
      headers: { range: '1-1' },
      shows: { 'content-range': '0-2/*' },
    },
    {
      name: 'exact count of a page',
      path: `${path}&limit=2`,
      headers: { prefer: 'count=exact' },
      status: 206,
      shows: { 'content-range': '0-1/3', 'preference-applied': 'count=exact' },
    },
    {
      name: 'exact count of everything',
      path,
      headers: { prefer: 'count=exact' },
      shows: { 'content-range': '0-2/3' },
    },
    {
      name: 'past the end, counted',
      path: `${path}&offset=9`,
      headers: { prefer: 'count=exact' },
      status: 416,
      answer: {
        code: 'PGRST103',
        details: 'An offset of 9 was requested, but there are only 3 rows.',
        hint: null,
        message: 'Requested range not satisfiable',
      },
      shows: { 'content-range': '*/3' },
    },
    {
      name: 'past the end, not counted',
      path: `${path}&offset=9`,
      answer: [],
      shows: { 'content-range': '*/*' },
    },
    {
      name: 'negative limit',
      path: `${path}&limit=-1`,
      status: 416,
      answer: {
        code: 'PGRST103',
        details: 'Limit should be greater than or equal to zero.',
        hint: null,
        message: 'Requested range not satisfiable',
      },
    },
    {
      name: 'Range upside down',
      path,
      headers: { range: '5-2' },
      status: 416,
      answer: {
        code: 'PGRST103',
        details: 'The lower boundary must be lower than or equal to the upper boundary in the Range header.',
        hint: null,
        message: 'Requested range not satisfiable',
      },
    },
    {
      name: 'HEAD has headers only',
      method: 'HEAD',
      path,
      headers: { prefer: 'count=exact' },
      text: '',
      shows: { 'content-range': '0-2/3', 'content-type': 'application/json; charset=utf-8' },
    },
    {
      name: 'the query in one form',
      path: '/films?select=id&limit=1&id=eq.1',
      shows: { 'content-location': '/films?id=eq.1&limit=1&select=id', vary: 'Accept, Prefer, Range' },
    },
  ])
})

describe('at most two rows', () => {
  const { studio } = withStudio({ maxRows: 2 })
  runTable(studio, [
    { name: 'cut', path: '/films?select=id&order=id', answer: ids(1, 2) },
    { name: 'a larger limit is cut', path: '/films?select=id&order=id&limit=5', answer: ids(1, 2) },
    {
      name: 'embeds are cut',
      path: '/people?select=id,people!boss_id(id)&id=eq.1&people.limit=1',
      answer: [{ id: 1, people: [{ id: 2 }] }],
    },
    { name: 'functions are cut', path: '/rpc/titles', answer: ['Cats', 'Dogs and cats'] },
    {
      name: 'estimated counts of few rows are exact',
      path: '/posters?select=film_id',
      headers: { prefer: 'count=estimated' },
      shows: { 'content-range': '0-0/1' },
    },
    {
      name: 'writes are not cut',
      method: 'PATCH',
      path: '/films?id=gt.0&select=id',
      headers: { prefer: 'return=representation,tx=rollback' },
      body: { minutes: 1 },
      answer: ids(1, 2, 3),
    },
  ])
})
