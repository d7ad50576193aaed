// supabase-js on tables, functions and embedded rows.

import assert from 'node:assert/strict'
import { makeManage, query } from '@plinth/e2e'
import { createClient } from '@supabase/supabase-js'
import type { Walk } from '../walk.ts'

const schema = `
  create type public.size as enum ('small', 'large');
  create table public.makers (id int primary key, name text not null);
  create table public.toys (
    id int primary key, maker_id int references public.makers, name text not null,
    size public.size not null default 'small', tags text[] not null default '{}', specs jsonb not null default '{}', made date
  );
  create table public.shops (id int primary key, name text not null);
  create table public.offers (toy_id int references public.toys, shop_id int references public.shops, price numeric, primary key (toy_id, shop_id));
  create function public.add_them(a int, b int) returns int language sql immutable as 'select a + b';
  create function public.toys_of(maker int) returns setof public.toys language sql stable as 'select * from public.toys where maker_id = maker order by id';
  insert into public.makers values (1, 'Anna'), (2, 'Bert');
  insert into public.toys values
    (1, 1, 'top', 'small', '{wood,red}', '{"age": {"from": 3}}', '2026-01-01'),
    (2, 1, 'kite', 'large', '{paper}', '{"age": {"from": 6}}', '2026-02-01'),
    (3, 2, 'ball', 'small', '{red}', '{}', null);
  insert into public.shops values (1, 'Corner'), (2, 'Market');
  insert into public.offers values (1, 1, 4.5), (1, 2, 4), (2, 2, 12);
`

export const data: Walk = {
  area: 'supabase-js: data',
  steps: ({ installation, project }) => {
    const supabase = createClient(project.url, project.keys.secret)
    const names = (rows: unknown) => (rows as { name: string }[] | null)?.map(({ name }) => name)
    return [
      ['prepare', async () => void (await query(makeManage(installation), project.ref, schema))],
      [
        'the tables are served',
        async () => {
          for (const deadline = performance.now() + 2_000; performance.now() < deadline; ) {
            if (!(await supabase.from('offers').select().limit(1)).error) return
          }
          assert.fail('not within two seconds')
        },
      ],
      [
        'filter and order',
        async () =>
          assert.deepEqual(
            names((await supabase.from('toys').select('name').gte('id', 2).order('name')).data),
            ['ball', 'kite'],
          ),
      ],
      [
        'or',
        async () =>
          assert.deepEqual(
            names((await supabase.from('toys').select('name').or('id.eq.1,name.like.ba*').order('id')).data),
            ['top', 'ball'],
          ),
      ],
      [
        'in, not, is',
        async () =>
          assert.deepEqual(
            names(
              (
                await supabase
                  .from('toys')
                  .select('name')
                  .in('id', [1, 2, 3])
                  .not('made', 'is', null)
                  .order('id')
              ).data,
            ),
            ['top', 'kite'],
          ),
      ],
      [
        'contains and overlaps',
        async () => {
          assert.deepEqual(
            names((await supabase.from('toys').select('name').contains('tags', ['red']).order('id')).data),
            ['top', 'ball'],
          )
          assert.deepEqual(
            names(
              (await supabase.from('toys').select('name').overlaps('tags', ['paper', 'wood']).order('id'))
                .data,
            ),
            ['top', 'kite'],
          )
        },
      ],
      [
        'json path',
        async () =>
          assert.deepEqual(
            (await supabase.from('toys').select('from:specs->age->>from').eq('specs->age->>from', '6')).data,
            [{ from: '6' }],
          ),
      ],
      [
        'cast',
        async () =>
          assert.deepEqual((await supabase.from('toys').select('id::text').eq('id', 1)).data, [{ id: '1' }]),
      ],
      [
        'to-one and to-many',
        async () => {
          const { data: maker } = await supabase
            .from('makers')
            .select('name, toys(name)')
            .eq('id', 1)
            .order('id', { referencedTable: 'toys' })
            .single()
          assert.deepEqual(maker, { name: 'Anna', toys: [{ name: 'top' }, { name: 'kite' }] })
          const { data: toy } = await supabase
            .from('toys')
            .select('name, maker:makers(name)')
            .eq('id', 3)
            .single()
          assert.deepEqual(toy, { name: 'ball', maker: { name: 'Bert' } })
        },
      ],
      [
        'many-to-many',
        async () => {
          const { data: toy } = await supabase
            .from('toys')
            .select('name, shops(name)')
            .eq('id', 1)
            .order('id', { referencedTable: 'shops' })
            .single()
          assert.deepEqual(toy, { name: 'top', shops: [{ name: 'Corner' }, { name: 'Market' }] })
        },
      ],
      [
        'inner join filters the parent',
        async () =>
          assert.deepEqual(
            names(
              (await supabase.from('makers').select('name, toys!inner(id)').eq('toys.size', 'large')).data,
            ),
            ['Anna'],
          ),
      ],
      [
        'count and range',
        async () => {
          const { data: rows, count } = await supabase
            .from('toys')
            .select('id', { count: 'exact' })
            .order('id')
            .range(1, 1)
          assert.deepEqual([rows, count], [[{ id: 2 }], 3])
        },
      ],
      [
        'head count',
        async () =>
          assert.equal((await supabase.from('toys').select('*', { count: 'exact', head: true })).count, 3),
      ],
      [
        'single without a row',
        async () =>
          assert.equal((await supabase.from('toys').select().eq('id', 99).single()).error?.code, 'PGRST116'),
      ],
      [
        'maybeSingle without a row',
        async () =>
          assert.equal((await supabase.from('toys').select().eq('id', 99).maybeSingle()).data, null),
      ],
      [
        'csv',
        async () =>
          assert.equal(
            (await supabase.from('makers').select('id,name').order('id').csv()).data,
            'id,name\n1,Anna\n2,Bert',
          ),
      ],
      [
        'insert, upsert, update, delete',
        async () => {
          assert.equal(
            (
              await supabase.from('makers').insert([
                { id: 3, name: 'Cleo' },
                { id: 4, name: 'Dan' },
              ])
            ).status,
            201,
          )
          assert.deepEqual(
            (await supabase.from('makers').upsert({ id: 3, name: 'Clio' }).select().single()).data,
            { id: 3, name: 'Clio' },
          )
          assert.deepEqual(
            (await supabase.from('makers').update({ name: 'Don' }).eq('id', 4).select('name')).data,
            [{ name: 'Don' }],
          )
          assert.equal((await supabase.from('makers').delete({ count: 'exact' }).in('id', [3, 4])).count, 2)
        },
      ],
      [
        'a duplicate is refused',
        async () =>
          assert.deepEqual(
            [
              (await supabase.from('makers').insert({ id: 1, name: 'x' })).error?.code,
              (await supabase.from('makers').insert({ id: 1, name: 'x' })).status,
            ],
            ['23505', 409],
          ),
      ],
      [
        'rpc with a value, with rows, by GET',
        async () => {
          assert.equal((await supabase.rpc('add_them', { a: 2, b: 3 })).data, 5)
          assert.deepEqual(
            names((await supabase.rpc('toys_of', { maker: 1 }).select('name').limit(1)).data),
            ['top'],
          )
          assert.equal((await supabase.rpc('add_them', { a: 2, b: 3 }, { get: true })).data, 5)
        },
      ],
      [
        'an unknown function is named',
        async () => assert.equal((await supabase.rpc('add_then', { a: 1 })).error?.code, 'PGRST202'),
      ],
    ]
  },
}
