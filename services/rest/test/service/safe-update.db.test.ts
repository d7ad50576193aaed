// Updates and deletes of a whole table, refused as where the session has the `safeupdate` library.
// https://docs.postgrest.org/en/stable/integrations/pg-safeupdate.html

import { beforeAll, describe } from 'vitest'
import { type Case, runTable, withStudio } from '../run-table.ts'

const script = `
  create function studio.look_around() returns void language plpgsql as $$ begin
    if current_setting('request.headers', true)::json ->> 'x-ban' is not null then
      raise sqlstate 'PT403' using message = 'banned';
    end if;
  end $$;`

const undone = { prefer: 'return=representation,tx=rollback' }

const refused = (verb: string) => ({
  status: 400,
  answer: { code: '21000', details: null, hint: null, message: `${verb} requires a WHERE clause` },
})

const allowed: readonly Case[] = [
  {
    name: 'update',
    method: 'PATCH',
    path: '/roles?film_id=gt.0&select=part',
    headers: undone,
    body: { part: 'x' },
  },
  {
    name: 'update, by a condition of several',
    method: 'PATCH',
    path: '/roles?or=(film_id.gt.0,film_id.is.null)&select=part',
    headers: undone,
    body: { part: 'x' },
  },
  { name: 'delete', method: 'DELETE', path: '/roles?film_id=gt.0&select=part', headers: undone },
].map((each) => ({
  ...each,
  ...(each.method === 'PATCH' ? { answer: [{ part: 'x' }, { part: 'x' }, { part: 'x' }] } : { status: 200 }),
}))

describe('with a filter', () => {
  runTable(withStudio().studio, allowed)
})

describe('without a filter', () => {
  const { studio } = withStudio({ preRequest: 'studio.look_around', planEnabled: true })
  beforeAll(async () => {
    await studio().database.admin.session((session) => session.script(script))
    await studio().reload()
  })
  runTable(studio, [
    {
      name: 'update',
      method: 'PATCH',
      path: '/films',
      headers: { prefer: 'count=exact' },
      body: { minutes: 1 },
      ...refused('UPDATE'),
    },
    { name: 'delete', method: 'DELETE', path: '/roles', ...refused('DELETE') },
    {
      name: 'a limit is none',
      method: 'DELETE',
      path: '/roles?limit=1&order=part',
      ...refused('DELETE'),
    },
    {
      name: 'nor is one on an embed',
      method: 'PATCH',
      path: '/films?select=id,roles(part)&roles.part=eq.x',
      headers: undone,
      body: { minutes: 1 },
      ...refused('UPDATE'),
    },
    {
      name: 'rows back, none changed',
      path: '/roles?select=part',
      headers: { prefer: 'count=exact' },
      shows: { 'content-range': '0-2/3' },
    },
    {
      name: 'nor is a plan made',
      method: 'DELETE',
      path: '/roles',
      headers: { accept: 'application/vnd.pgrst.plan+json' },
      ...refused('DELETE'),
    },
    {
      name: 'a body without columns updates nothing',
      method: 'PATCH',
      path: '/films',
      headers: undone,
      body: '{}',
      answer: [],
    },
    {
      name: 'nor does an empty list',
      method: 'PATCH',
      path: '/films',
      body: '[]',
      status: 204,
    },
    {
      name: 'what the request is refused for before comes first',
      method: 'DELETE',
      path: '/roles',
      headers: { 'x-ban': 'yes' },
      status: 403,
    },
    {
      name: 'a role that is not there',
      method: 'DELETE',
      path: '/roles',
      as: 'nobody_here',
      status: 401,
    },
    {
      name: 'inserting or merging is neither',
      method: 'POST',
      path: '/people?select=id',
      headers: { prefer: 'return=representation,resolution=merge-duplicates,tx=rollback' },
      body: [{ id: 1, name: 'Ada' }],
      shows: { 'preference-applied': 'resolution=merge-duplicates, return=representation, tx=rollback' },
    },
  ])
})

describe('switched off', () => {
  runTable(withStudio({ safeUpdate: false }).studio, [
    {
      name: 'update',
      method: 'PATCH',
      path: '/films',
      headers: { prefer: 'tx=rollback' },
      body: { minutes: 1 },
      status: 204,
    },
    { name: 'delete', method: 'DELETE', path: '/roles', headers: { prefer: 'tx=rollback' }, status: 204 },
  ])
})
