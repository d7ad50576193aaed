// Snippets and notebooks: who sees which, pages, edits.

import { afterAll, expect, test } from 'vitest'
import { notebook } from '../access/snippet-rows.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
afterAll(() => t.close())

const keep = async (name: string, visibility: string, token = t.owner.token) => {
  const body = { name, sql: `select '${name}'`, visibility }
  const reply = await t.call('POST', `/platform/projects/${ref}/snippets`, { token, body })
  expect(reply.status).toBe(201)
  return reply.body.id
}
const names = async (token: string, query = '') => {
  const { body } = await t.call('GET', `/v1/snippets${query}`, { token })
  return { names: body.data.map(({ name }: { name: string }) => name), cursor: body.cursor }
}

test('one’s own and those shared, in pages', async () => {
  const own = await keep('b own', 'user')
  await keep('a shared', 'project')
  await keep('c theirs', 'user', t.developer.token)
  expect((await names(t.owner.token, '?sort_by=name&sort_order=asc')).names).toEqual(['a shared', 'b own'])
  expect((await names(t.reader.token)).names).toEqual(['a shared'])
  expect((await names(t.stranger.token)).names).toEqual([])
  const first = await names(t.owner.token, '?sort_by=name&sort_order=asc&limit=1')
  const second = await names(t.owner.token, `?sort_by=name&sort_order=asc&limit=1&cursor=${first.cursor}`)
  expect([first.names, second.names, second.cursor]).toEqual([['a shared'], ['b own'], undefined])
  const whole = (await t.asOwner('GET', `/v1/snippets/${own}`)).body
  expect(whole).toMatchObject({
    content: { sql: `select 'b own'` },
    owner: { username: 'owner' },
    type: 'sql',
  })
  expect((await t.call('GET', `/v1/snippets/${own}`, { token: t.developer.token })).status).toBe(404)
  const removal = { token: t.developer.token }
  expect((await t.call('DELETE', `/platform/projects/${ref}/snippets/${own}`, removal)).status).toBe(404)
  expect((await t.asOwner('DELETE', `/platform/projects/${ref}/snippets/${own}`)).status).toBe(204)
  expect((await t.asOwner('GET', '/v1/snippets?cursor=nonsense')).status).toBe(400)
})

test('a scoped token must be allowed to, and sees only its projects', async () => {
  const other = await t.newToken(t.owner.id, { permissions: ['snippets_read'], projects: ['a'.repeat(20)] })
  expect((await names(other)).names).toEqual([])
  const mine = await t.newToken(t.owner.id, { permissions: ['snippets_read'], projects: [ref] })
  expect((await names(mine)).names).toEqual(['a shared'])
})

test('notebooks: made, read, changed, listed, removed', async () => {
  const path = `/v2/projects/${ref}/notebooks`
  const made = await t.asOwner('POST', path, notebook('First'))
  const { id, attributes } = made.body.data
  expect(attributes).toMatchObject({ name: 'First', description: null, owner: { username: 'owner' } })
  expect(attributes.content.cells).toMatchObject([
    { id: expect.any(String), type: 'markdown' },
    { type: 'database', row_limit: 100 },
    { type: 'log' },
  ])
  const edit = { data: { type: 'notebook', attributes: { favorite: true, content: { cells: [] } } } }
  const changed = await t.call('PATCH', `${path}/${id}`, { token: t.developer.token, body: edit })
  expect(changed.body.data.attributes).toMatchObject({
    name: 'First',
    favorite: true,
    content: { cells: [] },
    updated_by: { username: 'developer' },
  })
  await t.asOwner('POST', path, notebook('Second'))
  const first = (await t.asOwner('GET', `${path}?page[size]=1&sort=name`)).body
  expect([first.data.length, first.data[0].attributes.name, first.links.prev]).toEqual([1, 'First', null])
  const second = (await t.asOwner('GET', first.links.next)).body
  expect([second.data[0].attributes.name, second.links.next]).toEqual(['Second', null])
  expect((await t.asOwner('GET', second.links.prev)).body.data[0].attributes.name).toBe('First')
  const filtered = (await t.asOwner('GET', `${path}?filter[name]=SEC`)).body
  expect(filtered.data).toHaveLength(1)
  expect((await t.asOwner('DELETE', `${path}/${id}`)).status).toBe(200)
  expect((await t.asOwner('GET', `${path}/${id}`)).body).toMatchObject({
    error: { code: 'notebook_not_found' },
  })
  const bad = {
    data: { type: 'notebook', attributes: { name: 'x', content: { cells: [{ type: 'other' }] } } },
  }
  expect((await t.asOwner('POST', path, bad)).status).toBe(400)
})
