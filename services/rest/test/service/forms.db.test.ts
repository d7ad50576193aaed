// Forms of answers, schemas and the root: https://postgrest.org/en/stable/references/api/resource_representation.html

import { describe, expect, it } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const object = 'application/vnd.pgrst.object+json'

describe('media types', () => {
  const { studio } = withStudio()
  runTable(studio, [
    {
      name: 'one object',
      path: '/films?id=eq.1&select=id',
      headers: { accept: object },
      answer: { id: 1 },
      shows: { 'content-type': `${object}; charset=utf-8` },
    },
    {
      name: 'one object of none',
      path: '/films?id=eq.77',
      headers: { accept: object },
      status: 406,
      answer: {
        code: 'PGRST116',
        details: 'The result contains 0 rows',
        hint: null,
        message: 'Cannot coerce the result to a single JSON object',
      },
    },
    {
      name: 'an object without nulls',
      path: '/films?id=eq.3&select=id,minutes',
      headers: { accept: `${object};nulls=stripped` },
      text: '{"id":3}',
      shows: { 'content-type': `${object};nulls=stripped; charset=utf-8` },
    },
    {
      name: 'a list without nulls',
      path: '/films?id=eq.3&select=id,minutes',
      headers: { accept: 'application/vnd.pgrst.array+json;nulls=stripped' },
      answer: [{ id: 3 }],
    },
    {
      name: 'CSV',
      path: '/films?select=id,title,minutes&order=id',
      headers: { accept: 'text/csv' },
      text: 'id,title,minutes\n1,Cats,90\n2,"Dogs and cats",120\n3,"Rain, ""heavy""",',
      shows: { 'content-type': 'text/csv; charset=utf-8' },
    },
    {
      name: 'the first that can be had',
      path: '/films?select=id&id=eq.1',
      headers: { accept: 'image/png, text/csv;q=0.5, application/json;q=0.9' },
      answer: [{ id: 1 }],
    },
    {
      name: 'none that can be had',
      path: '/films',
      headers: { accept: 'image/png' },
      status: 406,
      answer: {
        code: 'PGRST107',
        details: null,
        hint: null,
        message: 'None of these media types are available: image/png',
      },
    },
    { name: 'a name that objects know', path: '/films', headers: { accept: 'constructor' }, status: 406 },
    {
      name: 'plans are switched off',
      path: '/films',
      headers: { accept: 'application/vnd.pgrst.plan' },
      status: 406,
    },
  ])
})

describe('schemas', () => {
  const { studio } = withStudio()
  runTable(studio, [
    {
      name: 'the first is the default',
      path: '/films?id=eq.1&select=id',
      answer: [{ id: 1 }],
      shows: { 'content-profile': 'studio' },
    },
    {
      name: 'another by Accept-Profile',
      path: '/boxes',
      headers: { 'accept-profile': 'archive' },
      answer: [{ id: 1, label: 'old' }],
      shows: { 'content-profile': 'archive' },
    },
    {
      name: 'another by Content-Profile',
      method: 'POST',
      path: '/boxes',
      headers: { 'content-profile': 'archive', prefer: 'tx=rollback' },
      body: { id: 2 },
      status: 201,
    },
    {
      name: 'one that is not exposed',
      path: '/films',
      headers: { 'accept-profile': 'auth' },
      status: 406,
      answer: {
        code: 'PGRST106',
        details: null,
        hint: 'Only the following schemas are exposed: studio, archive',
        message: 'Invalid schema: auth',
      },
    },
  ])
})

describe('the root', () => {
  const { studio } = withStudio({ planEnabled: true })
  it('describes the API as OpenAPI', async () => {
    const { status, headers, body } = await studio().ask({ path: '/' })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/openapi+json; charset=utf-8')
    expect(body).toMatchObject({ swagger: '2.0', paths: { '/films': {}, '/rpc/add': {} } })
    expect(body).not.toHaveProperty(['paths', '/secrets'])
  })
  runTable(studio, [
    {
      name: 'methods of a table',
      method: 'OPTIONS',
      path: '/films',
      shows: { allow: 'OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE' },
    },
    {
      name: 'methods of a view',
      method: 'OPTIONS',
      path: '/released_films',
      shows: { allow: 'OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE' },
    },
    {
      name: 'methods of a function',
      method: 'OPTIONS',
      path: '/rpc/nothing',
      shows: { allow: 'OPTIONS,POST' },
    },
  ])
  it('explains a query when plans are switched on', async () => {
    const { status, headers, body } = await studio().ask({
      path: '/films?id=eq.1',
      headers: { accept: 'application/vnd.pgrst.plan+json; for="application/json"; options=analyze' },
    })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe(
      'application/vnd.pgrst.plan+json; for="application/json"; options=analyze; charset=utf-8',
    )
    expect(body).toMatchObject([{ Plan: { 'Node Type': 'Aggregate' }, 'Execution Time': expect.any(Number) }])
  })
})

describe('the root, switched off', () => {
  const { studio } = withStudio({ openapiMode: 'disabled' })
  runTable(studio, [
    {
      name: 'says so',
      path: '/',
      status: 404,
      answer: { code: 'PGRST126', details: null, hint: null, message: 'Root endpoint metadata is disabled' },
    },
  ])
})
