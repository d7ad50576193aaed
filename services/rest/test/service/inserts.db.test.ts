// Insert: https://postgrest.org/en/stable/references/api/tables_views.html#insert

import { describe } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const { studio } = withStudio()
const rolledBack = 'tx=rollback'
const shown = `return=representation,${rolledBack}`
const json = { 'content-type': 'application/json' }

describe('insert', () => {
  runTable(studio, [
    {
      name: 'one row, nothing back',
      method: 'POST',
      path: '/films',
      headers: { ...json, prefer: rolledBack },
      body: { id: 10, title: 'New' },
      status: 201,
      text: '',
      shows: { 'content-range': '*/*', 'preference-applied': rolledBack, location: null },
    },
    {
      name: 'headers only',
      method: 'POST',
      path: '/roles',
      headers: { prefer: `return=headers-only,${rolledBack}` },
      body: { film_id: 3, person_id: 1, part: 'rain' },
      status: 201,
      text: '',
      shows: { location: '/roles?film_id=eq.3&person_id=eq.1' },
    },
    {
      name: 'the row back, with columns and an embed',
      method: 'POST',
      path: '/films?select=title,stage,director:people!director_id(name)',
      headers: { prefer: shown },
      body: { title: 'New', director_id: 2 },
      status: 201,
      answer: [{ title: 'New', stage: 'idea', director: { name: 'Bo' } }],
      shows: { 'preference-applied': 'return=representation, tx=rollback' },
    },
    {
      name: 'one object',
      method: 'POST',
      path: '/films?select=id',
      headers: { prefer: shown, accept: 'application/vnd.pgrst.object+json' },
      body: { id: 11, title: 'New' },
      status: 201,
      answer: { id: 11 },
    },
    {
      name: 'many rows',
      method: 'POST',
      path: '/films?select=id&order=id',
      headers: { prefer: `${shown},count=exact` },
      body: [
        { id: 12, title: 'A' },
        { id: 11, title: 'B' },
      ],
      status: 201,
      answer: [{ id: 11 }, { id: 12 }],
      shows: { 'content-range': '*/2' },
    },
    {
      name: 'many rows with different keys',
      method: 'POST',
      path: '/films',
      body: [{ id: 12, title: 'A' }, { title: 'B' }],
      status: 400,
      answer: { code: 'PGRST102', details: null, hint: null, message: 'All object keys must match' },
    },
    {
      name: 'different keys with columns and defaults',
      method: 'POST',
      path: '/films?columns=id,title,stage&select=id,stage&order=id',
      headers: { prefer: `missing=default,${shown}` },
      body: [
        { id: 12, title: 'A', stage: 'released' },
        { id: 13, title: 'B', ignored: 1 },
      ],
      status: 201,
      answer: [
        { id: 12, stage: 'released' },
        { id: 13, stage: 'idea' },
      ],
      shows: { 'preference-applied': 'missing=default, return=representation, tx=rollback' },
    },
    {
      name: 'no rows',
      method: 'POST',
      path: '/films',
      headers: { prefer: shown },
      body: '[]',
      status: 201,
      answer: [],
    },
    {
      name: 'CSV',
      method: 'POST',
      path: '/films?select=id,title,minutes',
      headers: { 'content-type': 'text/csv', prefer: shown },
      body: 'id,title,minutes\n20,"Comma, ""quoted""",NULL\n21,Plain,5\n',
      status: 201,
      answer: [
        { id: 20, title: 'Comma, "quoted"', minutes: null },
        { id: 21, title: 'Plain', minutes: 5 },
      ],
    },
    {
      name: 'CSV with a short line',
      method: 'POST',
      path: '/films',
      headers: { 'content-type': 'text/csv' },
      body: 'id,title\n20\n',
      status: 400,
      answer: {
        code: 'PGRST102',
        details: null,
        hint: null,
        message: 'All lines must have same number of fields',
      },
    },
    {
      name: 'a form',
      method: 'POST',
      path: '/reels',
      headers: { 'content-type': 'application/x-www-form-urlencoded', prefer: shown },
      body: 'label=a+b&meters=3',
      status: 201,
      answer: [{ label: 'a b', meters: 3 }],
    },
    {
      name: 'broken JSON',
      method: 'POST',
      path: '/films',
      body: '{',
      status: 400,
      answer: { code: 'PGRST102', details: null, hint: null, message: 'Empty or invalid json' },
    },
    {
      name: 'another content type',
      method: 'POST',
      path: '/films',
      headers: { 'content-type': 'application/yaml' },
      body: 'id: 1',
      status: 400,
      answer: {
        code: 'PGRST102',
        details: null,
        hint: null,
        message: 'Content-Type not acceptable: application/yaml',
      },
    },
    {
      name: 'unknown column',
      method: 'POST',
      path: '/films',
      body: { nope: 1 },
      status: 400,
      answer: {
        code: 'PGRST204',
        details: null,
        hint: null,
        message: "Could not find the 'nope' column of 'films' in the schema cache",
      },
    },
    {
      name: 'a key that is taken',
      method: 'POST',
      path: '/films',
      body: { id: 1, title: 'Again' },
      status: 409,
      answer: {
        code: '23505',
        details: 'Key (id)=(1) already exists.',
        hint: null,
        message: 'duplicate key value violates unique constraint "films_pkey"',
      },
    },
    {
      name: 'a reference to nobody',
      method: 'POST',
      path: '/films',
      body: { title: 'x', director_id: 99 },
      status: 409,
    },
  ])
})
