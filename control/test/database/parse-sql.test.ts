// What is known of user SQL before it runs.

import { expect, test } from 'vitest'
import { statementKinds, touchesTransaction, withoutTransaction } from '../../src/database/parse-sql.ts'

const touching: readonly (readonly [sql: string, touches: boolean | undefined])[] = [
  ['select 1', false],
  ['select 1; select 2', false],
  ['begin', true],
  ['select 1; COMMIT', true],
  ['start transaction read write', true],
  ['savepoint a', true],
  ['rollback to a', true],
  [`prepare transaction 'x'`, true],
  [`select 'commit; rollback'`, false],
  ['do $$ begin commit; end $$', false],
  ['selec 1', undefined],
]
test.each(touching)('%s', async (sql, touches) => {
  expect(await touchesTransaction(sql)).toBe(touches)
})

const wrapped: readonly (readonly [sql: string, inner: string | undefined])[] = [
  ['select 1', 'select 1'],
  ['begin; select 1; commit', 'select 1;'],
  ['BEGIN;\nselect 1;\nselect 2;\nCOMMIT;\n', 'select 1;\nselect 2;'],
  ['start transaction; select 1; commit;', 'select 1;'],
  [`begin; select 'é'; select 2; commit`, `select 'é';\nselect 2;`],
  ['begin; commit', ''],
  ['begin; select 1', undefined],
  ['select 1; commit', undefined],
  ['begin; select 1; rollback', undefined],
  ['begin; select 1; commit; begin; select 2; commit', undefined],
  ['selec 1', 'selec 1'],
]
test.each(wrapped)('%s without its transaction', async (sql, inner) => {
  expect(await withoutTransaction(sql)).toBe(inner)
})

test('kinds are those of the grammar', async () => {
  expect((await statementKinds('select 1; create table a ()'))?.map(({ kind }) => kind)).toEqual([
    'SelectStmt',
    'CreateStmt',
  ])
})
