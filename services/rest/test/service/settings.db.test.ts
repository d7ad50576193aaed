// What decides about a request's transaction, and preferences: https://docs.postgrest.org/en/stable/references/transactions.html

import { afterAll, beforeAll, describe, expect } from 'vitest'
import { runTable, withStudio } from '../run-table.ts'

const script = `
  drop role if exists studio_hasty;
  create role studio_hasty;
  grant studio_hasty to authenticator;
  grant anon to studio_hasty;
  alter role studio_hasty set statement_timeout = '50ms';
  alter role studio_hasty set default_transaction_isolation = 'serializable';
  alter role studio_hasty set plan_filter.statement_cost_limit = '100000';
  create function studio.cheap() returns text language sql stable set plan_filter.statement_cost_limit = '7' as
    $$ select current_setting('plan_filter.statement_cost_limit', true) $$;
  create function studio.doze() returns void language sql as 'select pg_sleep(60)';
  create function studio.calm() returns text language sql stable set default_transaction_isolation = 'repeatable read' as
    $$ select current_setting('transaction_isolation') $$;
  create function studio.hasty_doze() returns void language sql set statement_timeout = '50ms' as 'select pg_sleep(60)';
  create function studio.greet() returns void language plpgsql as $$
  begin
    if current_setting('request.headers', true)::json ->> 'x-ban' is not null then
      raise sqlstate 'PT403' using message = 'banned';
    end if;
    perform set_config('studio.greeting', 'hello ' || (current_setting('request.jwt.claims')::json ->> 'role'), true);
  end $$;`

const { studio } = withStudio({ preRequest: 'studio.greet', appSettings: { place: 'here' } })

beforeAll(async () => {
  await studio().database.admin.session((session) => session.script(script))
  await studio().reload()
})
// Roles belong to the whole server.
afterAll(() =>
  studio().database.admin.session((session) => session.script('drop role if exists studio_hasty')),
)

const timeout = {
  code: '57014',
  details: null,
  hint: null,
  message: 'canceling statement due to statement timeout',
}

// https://docs.postgrest.org/en/stable/references/transactions.html#impersonated-role-settings
describe('settings of roles and functions', () => {
  runTable(studio, [
    {
      name: 'isolation of a role',
      path: '/rpc/setting?name=transaction_isolation',
      as: 'studio_hasty',
      answer: 'serializable',
    },
    { name: 'isolation without', path: '/rpc/setting?name=transaction_isolation', answer: 'read committed' },
    { name: 'isolation of a function', path: '/rpc/calm', answer: 'repeatable read' },
    {
      name: 'time of a role',
      method: 'POST',
      path: '/rpc/doze',
      as: 'studio_hasty',
      status: 500,
      answer: timeout,
    },
    { name: 'time of a function', method: 'POST', path: '/rpc/hasty_doze', status: 500, answer: timeout },
    // The library that would read it is not there: the setting passes, and harms nobody.
    { name: 'cost of a role', path: '/films?select=id&id=eq.1', as: 'studio_hasty', answer: [{ id: 1 }] },
    { name: 'cost of a function', path: '/rpc/cheap', answer: '7' },
    { name: 'nothing of it stays', path: '/rpc/setting?name=statement_timeout', answer: '3s' },
  ])
})

// https://docs.postgrest.org/en/stable/references/transactions.html#pre-request
describe('a function before each request', () => {
  runTable(studio, [
    { name: 'sets', path: '/rpc/setting?name=studio.greeting', answer: 'hello anon' },
    {
      name: 'refuses',
      path: '/films',
      headers: { 'x-ban': '1' },
      status: 403,
      answer: { code: 'PT403', details: null, hint: null, message: 'banned' },
    },
    { name: 'settings of the app', path: '/rpc/setting?name=app.settings.place', answer: 'here' },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/preferences.html
describe('preferences', () => {
  runTable(studio, [
    {
      name: 'a planned count is a guess',
      path: '/films?select=id&limit=0',
      headers: { prefer: 'count=planned' },
      status: 206,
      shows: { 'content-range': expect.stringMatching(/^\*\/\d+$/), 'preference-applied': 'count=planned' },
    },
    {
      name: 'a time zone',
      path: '/rpc/setting?name=timezone',
      headers: { prefer: 'handling=strict, timezone=Asia/Tokyo' },
      answer: 'Asia/Tokyo',
      shows: { 'preference-applied': 'handling=strict, timezone=Asia/Tokyo' },
    },
    {
      name: 'unknown ones are ignored',
      path: '/films?select=id&id=eq.1',
      headers: { prefer: 'handling=lenient, shout=loud' },
      answer: [{ id: 1 }],
      shows: { 'preference-applied': 'handling=lenient' },
    },
  ])
})

// https://docs.postgrest.org/en/stable/references/api/tables_views.html#ordering
describe('order', () => {
  const by = (order: string, ids: readonly number[]) => ({
    name: order,
    path: `/films?select=id&order=${order}`,
    answer: ids.map((id) => ({ id })),
  })
  runTable(studio, [
    by('minutes', [1, 2, 3]),
    by('minutes.nullsfirst', [3, 1, 2]),
    by('minutes.desc', [3, 2, 1]),
    by('minutes.desc.nullslast', [2, 1, 3]),
    by('stage.desc,title.asc', [1, 2, 3]),
  ])
})
