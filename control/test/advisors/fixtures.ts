// For every lint of the database: SQL that triggers it, SQL that looks like it and does not, and what is found.

export type LintFixture = {
  readonly name: string
  /** Only the superuser can make it. */
  readonly asSuperuser?: true
  /** What both need; findings of it do not count. */
  readonly before?: string
  /** Undoes what would show in other lints' results. */
  readonly undo?: string
  readonly bad: string
  readonly good: string
  /** `cache_key` of the only finding. */
  readonly key: string
  readonly metadata: { readonly name: string; readonly [key: string]: unknown }
}

export const table = (name: string, schema = 'public') => ({ schema, name, type: 'table' })

export const lintFixtures: readonly LintFixture[] = [
  {
    name: 'unindexed_foreign_keys',
    bad: `create table public.fk_target (a int, b int, primary key (a, b));
          create table public.fk_bad (id int primary key, b int, a int, x int,
            constraint fk_bad_fkey foreign key (a, b) references public.fk_target);
          create index on public.fk_bad (x, a, b);`,
    good: `create table public.fk_good (id int primary key, b int, a int, x int,
             foreign key (a, b) references public.fk_target);
           create index on public.fk_good (b, a, x);`,
    key: 'unindexed_foreign_keys_public_fk_bad_fk_bad_fkey',
    metadata: { ...table('fk_bad'), fkey_name: 'fk_bad_fkey', fkey_columns: [3, 2] },
  },
  {
    name: 'auth_users_exposed',
    bad: 'create view public.users_bad as select email from auth.users',
    good: `create view public.users_good with (security_invoker = true) as select email from auth.users;
           create schema hidden; create view hidden.users as select email from auth.users;
           create view public.users_closed as select email from auth.users;
           revoke all on public.users_closed from anon, authenticated;`,
    key: 'auth_users_exposed_public_users_bad',
    metadata: { schema: 'public', name: 'users_bad', type: 'view' },
    undo: 'drop view public.users_bad, public.users_good, public.users_closed; drop schema hidden cascade',
  },
  {
    name: 'auth_rls_initplan',
    bad: `create table public.plan_bad (id uuid primary key);
          create policy each_row on public.plan_bad for select using (auth.uid() = id);`,
    good: `create table public.plan_good (id uuid primary key);
           create policy once on public.plan_good for select using ((select auth.uid()) = id);
           create policy claims on public.plan_good for insert
             with check ((select (auth.jwt() ->> 'sub')::uuid) = id);
           create policy setting on public.plan_good for delete
             using ((select current_setting('app.id', true))::uuid = id);`,
    key: 'auth_rls_initplan_public_plan_bad_each_row',
    metadata: table('plan_bad'),
  },
  {
    name: 'no_primary_key',
    bad: 'create table public.key_bad (id int)',
    good: `create table public.key_good (id int primary key);
           create table public.key_parts (id int primary key) partition by range (id);
           create table public.key_part partition of public.key_parts for values from (0) to (9);`,
    key: 'no_primary_key_public_key_bad',
    metadata: table('key_bad'),
    undo: 'drop table public.key_bad',
  },
  {
    name: 'unused_index',
    bad: `create table public.index_bad (id int primary key, x int);
          create index index_bad_x on public.index_bad (x);`,
    good: `create table public.index_good (id int primary key, x int unique);`,
    key: 'unused_index_public_index_bad_index_bad_x',
    metadata: table('index_bad'),
  },
  {
    name: 'multiple_permissive_policies',
    bad: `create table public.many_bad (id int primary key);
          create policy a on public.many_bad for select to authenticated using (id > 1);
          create policy b on public.many_bad for all to public using (id > 2) with check (id > 2);`,
    good: `create table public.many_good (id int primary key);
           create policy a on public.many_good for select to authenticated using (id > 1);
           create policy b on public.many_good for update to authenticated using (id > 2);
           create policy c on public.many_good as restrictive for select to authenticated using (id > 3);
           create policy d on public.many_good for select to anon using (id > 4);`,
    key: 'multiple_permissive_policies_public_many_bad_authenticated_SELECT',
    metadata: table('many_bad'),
  },
  {
    name: 'policy_exists_rls_disabled',
    bad: `create table public.off_bad (id int primary key);
          create policy a on public.off_bad for select using (id > 1);`,
    good: `create table public.off_good (id int primary key);
           alter table public.off_good enable row level security;
           create policy a on public.off_good for select using (id > 1);`,
    key: 'policy_exists_rls_disabled_public_off_bad',
    metadata: table('off_bad'),
  },
  {
    name: 'rls_enabled_no_policy',
    bad: `create table public.empty_bad (id int primary key);
          alter table public.empty_bad enable row level security;`,
    good: 'create table public.empty_good (id int primary key)',
    key: 'rls_enabled_no_policy_public_empty_bad',
    metadata: table('empty_bad'),
  },
  {
    name: 'duplicate_index',
    bad: `create table public.twice_bad (id int primary key, x int);
          create index twice_a on public.twice_bad (x); create index twice_b on public.twice_bad (x);`,
    good: `create table public.twice_good (id int primary key, x int);
           create index on public.twice_good (x); create index on public.twice_good (x desc);
           create index on public.twice_good (x) where x > 1; create unique index on public.twice_good (x);`,
    key: 'duplicate_index_public_twice_bad_twice_a,twice_b',
    metadata: { ...table('twice_bad'), indexes: ['twice_a', 'twice_b'] },
  },
  {
    name: 'security_definer_view',
    bad: 'create view public.view_bad as select 1 as one',
    good: `create view public.view_good with (security_invoker = on) as select 1 as one;
           create view public.view_closed as select 1 as one;
           revoke all on public.view_closed from anon, authenticated;`,
    key: 'security_definer_view_public_view_bad',
    metadata: { schema: 'public', name: 'view_bad', type: 'view' },
  },
  {
    name: 'function_search_path_mutable',
    bad: 'create function public.path_bad() returns int language sql as $$select 1$$',
    good: `create function public.path_good() returns int language sql set search_path = '' as $$select 2$$`,
    key: 'function_search_path_mutable_public_path_bad_95adb6e77a0884d9e50232cb8c5c969d',
    metadata: { schema: 'public', name: 'path_bad', type: 'function' },
    undo: 'drop function public.path_bad',
  },
  {
    name: 'rls_disabled_in_public',
    bad: 'create table public.open_bad (id int primary key)',
    good: `create table public.open_good (id int primary key);
           alter table public.open_good enable row level security;
           create table public.open_closed (id int primary key);
           revoke all on public.open_closed from anon, authenticated;
           create schema inner_schema; create table inner_schema.t (id int primary key);`,
    key: 'rls_disabled_in_public_public_open_bad',
    metadata: table('open_bad'),
  },
  {
    name: 'extension_in_public',
    asSuperuser: true,
    bad: 'create extension hstore schema public',
    good: 'create extension citext schema extensions',
    key: 'extension_in_public_public_hstore',
    metadata: { schema: 'public', name: 'hstore', type: 'extension' },
    undo: 'drop extension hstore; drop extension citext',
  },
  {
    name: 'rls_references_user_metadata',
    bad: `create table public.meta_bad (id int primary key);
          create policy a on public.meta_bad for select
            using ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');`,
    good: `create table public.meta_good (id int primary key);
           create policy a on public.meta_good for select
             using ((select auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');`,
    key: 'rls_references_user_metadata_public_meta_bad_a',
    metadata: table('meta_bad'),
  },
  {
    name: 'materialized_view_in_api',
    bad: 'create materialized view public.mat_bad as select 1 as one',
    good: `create materialized view public.mat_good as select 1 as one;
           revoke all on public.mat_good from anon, authenticated;`,
    key: 'materialized_view_in_api_public_mat_bad',
    metadata: { schema: 'public', name: 'mat_bad', type: 'materialized view' },
  },
  {
    name: 'foreign_table_in_api',
    asSuperuser: true,
    bad: `create foreign data wrapper nowhere; create server nowhere foreign data wrapper nowhere;
          create foreign table public.far_bad (id int) server nowhere;
          grant select on public.far_bad to anon;`,
    good: `create foreign table public.far_good (id int) server nowhere;
           revoke all on public.far_good from anon, authenticated;`,
    key: 'foreign_table_in_api_public_far_bad',
    metadata: { schema: 'public', name: 'far_bad', type: 'foreign table' },
  },
  {
    name: 'unsupported_reg_types',
    bad: 'create table public.reg_bad (id int primary key, f regproc)',
    good: 'create table public.reg_good (id int primary key, t regtype, c regclass, r regrole)',
    key: 'unsupported_reg_types_public_reg_bad_f',
    metadata: table('reg_bad'),
  },
  {
    name: 'insecure_queue_exposed_in_api',
    asSuperuser: true,
    bad: 'create schema pgmq; create table pgmq.q_bad (id int primary key)',
    good: `create table pgmq.q_good (id int primary key); alter table pgmq.q_good enable row level security;
           create table pgmq.a_bad (id int primary key);`,
    key: 'insecure_queue_exposed_in_api_pgmq_q_bad',
    metadata: table('q_bad', 'pgmq'),
  },
  {
    name: 'table_bloat',
    bad: `create table public.bloat_bad (id int primary key, x text);
          alter table public.bloat_bad alter x set storage plain;
          insert into public.bloat_bad select i, repeat('x', 3500) from generate_series(1, 7000) i;
          delete from public.bloat_bad where id % 10 <> 0; analyze public.bloat_bad;`,
    good: `create table public.bloat_good (id int primary key, x text);
           alter table public.bloat_good alter x set storage plain;
           insert into public.bloat_good select i, repeat('x', 3500) from generate_series(1, 7000) i;
           analyze public.bloat_good;`,
    key: 'table_bloat_public_bloat_bad',
    metadata: table('bloat_bad'),
    undo: 'drop table public.bloat_bad, public.bloat_good',
  },
  {
    name: 'fkey_to_auth_unique',
    asSuperuser: true,
    bad: `create table public.auth_bad (id int primary key, phone text
            constraint auth_bad_fkey references auth.users (phone));`,
    good: 'create table public.auth_good (id uuid primary key references auth.users (id))',
    key: 'fkey_to_auth_unique_public_auth_bad_auth_bad_fkey',
    metadata: { ...table('auth_bad'), fkey_name: 'auth_bad_fkey' },
  },
  {
    name: 'extension_versions_outdated',
    asSuperuser: true,
    bad: `create extension hstore schema extensions version '1.4'`,
    good: 'create extension citext schema extensions',
    key: 'extension_versions_outdated_hstore_1.4',
    metadata: { name: 'hstore', type: 'extension', installed_version: '1.4' },
    undo: 'drop extension hstore; drop extension citext',
  },
  {
    name: 'sensitive_columns_exposed',
    bad: 'create table public.secret_bad (id int primary key, user_password text, ssn text)',
    good: `create table public.secret_good (id int primary key, password text);
           alter table public.secret_good enable row level security;
           create table public.secret_plain (id int primary key, passworded_at text);`,
    key: 'sensitive_columns_exposed_public_secret_bad',
    metadata: { ...table('secret_bad'), sensitive_columns: ['user_password', 'ssn'] },
  },
  {
    name: 'rls_policy_always_true',
    bad: `create table public.true_bad (id int primary key);
          create policy any_insert on public.true_bad for insert to anon with check (true);`,
    good: `create table public.true_good (id int primary key);
           create policy reads on public.true_good for select to anon using (true);
           create policy service on public.true_good for insert to service_role with check (true);
           create policy own on public.true_good for update to anon using (id > 1) with check (id > 1);`,
    key: 'rls_policy_always_true_public_true_bad_any_insert',
    metadata: table('true_bad'),
  },
  {
    name: 'public_bucket_allows_listing',
    asSuperuser: true,
    bad: `insert into storage.buckets (id, name, public) values ('listed', 'Listed', true);
          create policy list_all on storage.objects for select to anon using (bucket_id = 'listed');`,
    good: `insert into storage.buckets (id, name, public) values ('kept', 'Kept', true), ('private', 'Private', false);
           create policy own_files on storage.objects for select to authenticated
             using (bucket_id = 'kept' and owner_id = (select auth.uid()::text));
           create policy private_files on storage.objects for select using (bucket_id = 'private');`,
    key: 'public_bucket_allows_listing_storage_Listed_list_all',
    metadata: { ...table('Listed', 'storage'), bucket_id: 'listed' },
  },
  {
    name: 'anon_security_definer_function_executable',
    bad: `create function public.definer_bad(a int) returns int language sql security definer
            set search_path = '' as $$select 1$$; revoke execute on function public.definer_bad from authenticated`,
    good: `create function public.definer_good() returns int language sql set search_path = '' as $$select 1$$;
           create function public.definer_closed() returns int language sql security definer
             set search_path = '' as $$select 1$$;
           revoke execute on function public.definer_closed from public, anon, authenticated;
           create function public.definer_trigger() returns trigger language plpgsql security definer
             set search_path = '' as $$begin return null; end$$;`,
    key: 'anon_security_definer_function_executable_public_definer_bad_2ca96a555f83d44cc43147e9d4c38753',
    metadata: { schema: 'public', name: 'definer_bad', type: 'function' },
    undo: 'drop function public.definer_bad',
  },
  {
    name: 'authenticated_security_definer_function_executable',
    bad: `create function public.signed_bad() returns int language sql security definer
            set search_path = '' as $$select 1$$;
          revoke execute on function public.signed_bad from public, anon;`,
    good: `create function public.signed_closed() returns int language sql security definer
             set search_path = '' as $$select 1$$;
           revoke execute on function public.signed_closed from public, anon, authenticated;`,
    key: 'authenticated_security_definer_function_executable_public_signed_bad_d41d8cd98f00b204e9800998ecf8427e',
    metadata: { schema: 'public', name: 'signed_bad', type: 'function' },
  },
]
