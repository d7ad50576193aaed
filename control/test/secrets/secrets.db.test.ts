// Secrets of functions: digests outside, values in the spec, sealed at rest.

import { createHash } from 'node:crypto'
import { sql } from '@plinth/postgres'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/secrets`
afterAll(() => t.close())

const inSpec = () => t.host.specs.findLast((spec) => spec.ref === ref)?.functions?.secrets
const digest = (value: string) => createHash('sha256').update(value).digest('hex')
const list = async () => (await t.asOwner('GET', path)).body

test('a fresh project has none', async () => {
  expect(await list()).toEqual([])
})

test('are set, replaced and removed by name', async () => {
  const both = [
    { name: 'B', value: 'two' },
    { name: 'A', value: 'one' },
  ]
  expect(await t.asOwner('POST', path, both)).toMatchObject({ status: 201, body: '' })
  expect(await list()).toMatchObject([
    { name: 'A', value: digest('one') },
    { name: 'B', value: digest('two') },
  ])
  expect(inSpec()).toEqual({ A: 'one', B: 'two' })
  await t.asOwner('POST', path, [{ name: 'A', value: '' }])
  expect(inSpec()).toEqual({ A: '', B: 'two' })
  expect(await t.asOwner('DELETE', path, ['B', 'never there'])).toMatchObject({ status: 200, body: '' })
  expect(inSpec()).toEqual({ A: '' })
  expect(JSON.stringify(await t.pool.query(sql`select sealed from function_secrets`))).not.toContain('two')
})

const many = Array.from({ length: 101 }, (_, index) => ({ name: `N${index}`, value: '' }))
const refused: readonly (readonly [what: string, body: unknown, message: RegExp])[] = [
  ['reserved names', [{ name: 'SUPABASE_URL', value: 'x' }], /must not start with SUPABASE_: SUPABASE_URL/],
  ['more than a hundred', many, /^secrets: /],
  ['an object', { name: 'A', value: 'b' }, /^secrets: .*expected array/],
  ['no body', undefined, /^secrets: /],
  ['long names', [{ name: 'x'.repeat(257), value: '' }], /^secrets.0.name/],
  ['long values', [{ name: 'x', value: 'x'.repeat(24_577) }], /^secrets.0.value/],
  ['unknown keys', [{ name: 'x', value: 'x', more: 1 }], /^property secrets.0.more should not exist/],
  ['NUL', [{ name: 'x', value: 'a\0b' }], /zero character/],
]
test.each(refused)('refuses %s', async (_what, body, message) => {
  const reply = await t.asOwner('POST', path, body)
  expect([reply.status, reply.body.message]).toEqual([400, expect.stringMatching(message)])
})
