// Functions: https://postgrest.org/en/stable/references/api/functions.html

import { describe } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const { studio } = withStudio()
const text = { 'content-type': 'text/plain' }

describe('calls', () => {
  runTable(studio, [
    { name: 'GET with arguments', path: '/rpc/add?a=2&b=3', answer: 5 },
    { name: 'a default', path: '/rpc/add?a=2', answer: 3 },
    { name: 'POST with arguments', method: 'POST', path: '/rpc/add', body: { a: 2, b: 40 }, answer: 42 },
    {
      name: 'a form',
      method: 'POST',
      path: '/rpc/add',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1&b=1',
      answer: 2,
    },
    { name: 'a set of scalars', path: '/rpc/titles', answer: ['Cats', 'Dogs and cats', 'Rain, "heavy"'] },
    {
      name: 'rows with select, filter, order and embed',
      path: '/rpc/longer_than?minutes=60&select=title,posters(slogan)&title=like.*ats&order=title.desc',
      answer: [
        { title: 'Dogs and cats', posters: null },
        { title: 'Cats', posters: { slogan: 'Nine lives' } },
      ],
    },
    {
      name: 'rows, counted',
      path: '/rpc/longer_than?minutes=60&select=id&limit=1&order=id',
      headers: { prefer: 'count=exact' },
      status: 206,
      answer: [{ id: 1 }],
      shows: { 'content-range': '0-0/2' },
    },
    { name: 'one row', path: '/rpc/longest?select=id', answer: { id: 2 } },
    { name: 'nothing', method: 'POST', path: '/rpc/nothing', status: 204, text: '' },
    { name: 'the body as JSON', method: 'POST', path: '/rpc/echo', body: { a: [1] }, answer: { a: [1] } },
    {
      name: 'the body as text',
      method: 'POST',
      path: '/rpc/shout',
      headers: text,
      body: 'hey',
      answer: 'HEY',
    },
    {
      name: 'the body as bytes',
      method: 'POST',
      path: '/rpc/measure',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([0, 255, 10]),
      answer: 3,
    },
    { name: 'variadic by GET', path: '/rpc/joined?words=a&words=b,c', answer: 'a+b,c' },
    {
      name: 'variadic by POST',
      method: 'POST',
      path: '/rpc/joined',
      body: { words: ['a', 'b'] },
      answer: 'a+b',
    },
    { name: 'HEAD', method: 'HEAD', path: '/rpc/add?a=1', text: '' },
    {
      name: 'a domain that is a media type',
      path: '/rpc/page',
      headers: { accept: 'text/html' },
      text: '<b>films</b>',
      shows: { 'content-type': 'text/html' },
    },
    {
      name: 'one on jsonb, which comes as Postgres sends it',
      path: '/rpc/reel',
      headers: { accept: 'application/vnd.reel+json' },
      text: '\u0001{"frames": 24}',
      shows: { 'content-type': 'application/vnd.reel+json' },
    },
  ])
})

describe('transactions', () => {
  runTable(studio, [
    {
      name: 'a volatile function by GET may not write',
      path: '/rpc/retitle?film=1&title=x',
      status: 405,
      answer: {
        code: '25006',
        details: null,
        hint: null,
        message: 'cannot execute UPDATE in a read-only transaction',
      },
    },
    {
      name: 'status and headers set by the function',
      method: 'POST',
      path: '/rpc/answer_teapot',
      status: 418,
      answer: 'short and stout',
      shows: { 'x-pot': 'blue', 'set-cookie': ['a=1', 'b=2'] },
    },
    { name: 'role', path: '/rpc/setting?name=role', as: 'authenticated', answer: 'authenticated' },
    { name: 'claims', path: '/rpc/setting?name=request.jwt.claims', answer: '{"role":"anon"}' },
    {
      name: 'method',
      method: 'POST',
      path: '/rpc/setting',
      body: { name: 'request.method' },
      answer: 'POST',
    },
    { name: 'path', path: '/rpc/setting?name=request.path', answer: '/rpc/setting' },
    { name: 'search path', path: '/rpc/setting?name=search_path', answer: '"studio", "public"' },
    {
      name: 'cookies',
      path: '/rpc/setting?name=request.cookies',
      headers: { cookie: 'a=1; b=x=y' },
      answer: '{"a":"1","b":"x=y"}',
    },
    {
      name: 'timezone',
      path: '/rpc/setting?name=timezone',
      headers: { prefer: 'timezone=Asia/Tokyo' },
      answer: 'Asia/Tokyo',
      shows: { 'preference-applied': 'timezone=Asia/Tokyo' },
    },
    { name: 'an unknown timezone', path: '/films', headers: { prefer: 'timezone=Nowhere' }, status: 400 },
  ])
})

describe('faults', () => {
  runTable(studio, [
    {
      name: 'unknown, near another',
      path: '/rpc/adds?a=1',
      status: 404,
      answer: {
        code: 'PGRST202',
        details:
          'Searched for the function studio.adds with parameter a, but no matches were found in the schema cache.',
        hint: 'Perhaps you meant to call the function studio.add',
        message: 'Could not find the function studio.adds(a) in the schema cache',
      },
    },
    {
      name: 'known with other arguments',
      method: 'POST',
      path: '/rpc/add',
      body: { a: 1, c: 2 },
      status: 404,
      answer: {
        code: 'PGRST202',
        details:
          'Searched for the function studio.add with parameters a, c or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.',
        hint: 'Perhaps you meant to call the function studio.add(a, b)',
        message: 'Could not find the function studio.add(a, c) in the schema cache',
      },
    },
    {
      name: 'several that fit',
      path: '/rpc/twice?n=1',
      status: 300,
      answer: {
        code: 'PGRST203',
        details: null,
        hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
        message:
          'Could not choose the best candidate function between: studio.twice(n => integer), studio.twice(n => text)',
      },
    },
    {
      name: 'another method',
      method: 'PUT',
      path: '/rpc/add',
      status: 405,
      answer: { code: 'PGRST101', details: null, hint: null, message: 'Cannot use the PUT method on RPC' },
    },
    {
      name: 'raise',
      method: 'POST',
      path: '/rpc/refuse',
      body: { how: 'plain' },
      status: 400,
      answer: { code: 'P0001', details: 'because', hint: 'ask later', message: 'no' },
    },
    {
      name: 'raise with a status',
      method: 'POST',
      path: '/rpc/refuse',
      body: { how: 'PT' },
      status: 402,
      answer: { code: 'PT402', details: null, hint: 'with money', message: 'Pay first' },
    },
    {
      name: 'raise with everything',
      method: 'POST',
      path: '/rpc/refuse',
      body: { how: 'PGRST' },
      status: 333,
      answer: { code: 'S1', details: 'by the lake', hint: 'wait', message: 'gone fishing' },
      shows: { 'x-fish': 'trout', 'proxy-status': 'PostgREST; error=S1' },
    },
  ])
})
