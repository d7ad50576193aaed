// What is sent wrongly, and what it is answered: one row a mistake.

import { expect } from 'vitest'

const json = { 'content-type': 'application/json' }
const unknownRef = 'abcdefghijklmnopqrst'

export type Case = {
  readonly name: string
  readonly method?: string
  readonly path: string
  readonly token?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly status: number
  readonly expected: unknown
}

export const managementCases: readonly Case[] = [
  {
    name: 'no token',
    path: '/v1/projects',
    token: null,
    status: 401,
    expected: { message: expect.any(String) },
  },
  {
    name: 'unknown token',
    path: '/v1/projects',
    token: `sbp_${'0'.repeat(40)}`,
    status: 401,
    expected: { message: expect.any(String) },
  },
  {
    name: 'malformed token',
    path: '/v1/projects',
    token: 'hello',
    status: 401,
    expected: { message: expect.any(String) },
  },
  {
    name: 'unknown route',
    path: '/v1/nothing',
    status: 404,
    expected: { message: 'Cannot GET /v1/nothing' },
  },
  {
    name: 'malformed ref',
    path: '/v1/projects/UPPER',
    status: 400,
    expected: { message: expect.anything() },
  },
  {
    name: 'unknown ref',
    path: `/v1/projects/${unknownRef}`,
    status: 404,
    expected: { message: expect.any(String) },
  },
  {
    name: 'empty body',
    method: 'POST',
    path: '/v1/projects',
    body: {},
    status: 400,
    expected: { message: expect.anything() },
  },
  {
    name: 'broken JSON',
    method: 'POST',
    path: '/v1/projects',
    body: '{"name":',
    status: 400,
    expected: { message: expect.any(String) },
  },
  {
    name: 'wrong type',
    method: 'POST',
    path: '/v1/organizations',
    body: { name: 7 },
    status: 400,
    expected: { message: expect.anything() },
  },
  {
    name: 'SQL that fails',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: 'select * from nowhere' },
    status: 400,
    expected: {
      message:
        'Failed to run sql query: ERROR:  42P01: relation "nowhere" does not exist\nLINE 1: select * from nowhere\n                      ^\n',
    },
  },
  {
    name: 'SQL that asks for the server’s files',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: "select pg_read_file('/etc/passwd')" },
    status: 400,
    expected: { message: expect.stringContaining('42501') },
  },
  {
    name: 'SQL that asks for a program',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: "copy (select 1) to program 'id'" },
    status: 400,
    expected: { message: expect.stringContaining('42501') },
  },
  {
    name: 'SQL that asks for the superuser',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: 'reset role; set role supabase_admin' },
    status: 400,
    expected: { message: expect.stringContaining('42501') },
  },
  {
    name: 'a write on the read-only path',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: 'create table public.sneaky (id int)', read_only: true },
    status: 400,
    expected: { message: expect.stringContaining('25006') },
  },
]

export const gatewayCases: readonly Case[] = [
  {
    name: 'no key',
    path: '/rest/v1/things',
    status: 401,
    expected: { message: 'No API key found in request', hint: expect.anything() },
  },
  {
    name: 'unknown key',
    path: '/rest/v1/things',
    headers: { apikey: 'nonsense' },
    status: 401,
    expected: { message: 'Invalid API key', hint: expect.anything() },
  },
  {
    name: 'unknown path',
    path: '/nothing/here',
    headers: { apikey: 'anon' },
    status: 404,
    expected: expect.objectContaining({ message: expect.any(String) }),
  },
  {
    name: 'unknown table',
    path: '/rest/v1/thing',
    headers: { apikey: 'anon' },
    status: 404,
    expected: {
      code: 'PGRST205',
      details: null,
      hint: "Perhaps you meant the table 'public.things'",
      message: "Could not find the table 'public.thing' in the schema cache",
    },
  },
  {
    name: 'a query that does not parse',
    path: '/rest/v1/things?select=id,,name(',
    headers: { apikey: 'anon' },
    status: 400,
    expected: expect.objectContaining({ code: 'PGRST100' }),
  },
  {
    name: 'a filter that tries to be SQL',
    path: `/rest/v1/things?name=eq.${encodeURIComponent("x'; drop table things; --")}`,
    headers: { apikey: 'anon' },
    status: 200,
    expected: [],
  },
  {
    name: 'broken JSON to REST',
    method: 'POST',
    path: '/rest/v1/things',
    headers: { apikey: 'anon', ...json },
    body: '{"id":',
    status: 400,
    expected: { code: 'PGRST102', details: null, hint: null, message: 'Empty or invalid json' },
  },
  {
    name: 'broken token',
    path: '/rest/v1/things',
    headers: { apikey: 'anon', authorization: 'Bearer a.b.c' },
    status: 401,
    expected: expect.objectContaining({ code: 'PGRST301' }),
  },
  {
    name: 'broken JSON to auth',
    method: 'POST',
    path: '/auth/v1/signup',
    headers: { apikey: 'anon', ...json },
    body: '{"email":',
    status: 400,
    expected: {
      code: 400,
      error_code: 'bad_json',
      msg: expect.stringContaining('Could not parse request body as JSON'),
    },
  },
  {
    name: 'unknown grant',
    method: 'POST',
    path: '/auth/v1/token?grant_type=magic',
    headers: { apikey: 'anon', ...json },
    body: '{}',
    status: 400,
    expected: { code: 400, error_code: 'invalid_credentials', msg: 'unsupported_grant_type' },
  },
  {
    name: 'admin without the service key',
    path: '/auth/v1/admin/users',
    headers: { apikey: 'anon' },
    status: 403,
    expected: { code: 403, error_code: 'not_admin', msg: 'User not allowed' },
  },
]
