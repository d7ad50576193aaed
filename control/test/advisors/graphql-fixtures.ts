// Fixtures of the lints that only look when GraphQL is installed.

import { type LintFixture, table } from './fixtures.ts'

/** There is no such extension here; its row is enough for the lint. */
const pretendGraphql = `set allow_system_table_mods = on;
  insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
  values (99999, 'pg_graphql', 10, 'public'::regnamespace, false, '1.0');`
const endGraphql = `set allow_system_table_mods = on; delete from pg_extension where oid = 99999;`

export const graphqlFixtures: readonly LintFixture[] = (['anon', 'authenticated'] as const).map((role) => ({
  name: `pg_graphql_${role}_table_exposed`,
  asSuperuser: true,
  before: pretendGraphql,
  bad: `create table public.graph_bad (id int primary key); grant select on public.graph_bad to ${role}`,
  good: 'create table public.graph_good (id int primary key); revoke all on public.graph_good from anon, authenticated',
  key: `pg_graphql_${role}_table_exposed_public_graph_bad`,
  metadata: table('graph_bad'),
  undo: `${endGraphql} drop table public.graph_bad, public.graph_good`,
}))
