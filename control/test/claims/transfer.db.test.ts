// A project goes to another organization of the same person; lists of the newer API in pages.

import { newRef } from '@plinth/crypto'
import { afterAll, expect, test } from 'vitest'
import { insertMember, insertOrganization } from '../../src/organizations/queries.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
const target = newRef()
await insertOrganization(t.pool, target, 'Target')
await insertMember(t.pool, { organizationId: target, accountId: t.owner.id, role: 'owner' })
afterAll(() => t.close())

const ask = (ref: string, tail: string, to: string, token = t.owner.token) =>
  t.call('POST', `/v2/projects/${ref}/transfers${tail}`, {
    token,
    body: { data: { type: 'project_transfer_input', attributes: { target_organization_slug: to } } },
  })

test('who may on both sides moves a project; the former organization loses it', async () => {
  const ref = await t.createProject()
  expect((await ask(ref, '/previews', target)).body.data.attributes).toMatchObject({
    valid: true,
    errors: [],
  })
  expect((await ask(ref, '', target)).status).toBe(200)
  const { body } = await t.asOwner('GET', `/v1/projects/${ref}`)
  expect(body.organization_id).toBe(target)
  const former = await t.call('GET', `/v1/projects/${ref}`, { token: t.administrator.token })
  expect(former.status).toBe(404)
  const again = await ask(ref, '/previews', target)
  expect(again.body.data.attributes).toMatchObject({ valid: false, errors: [{ key: 'same_organization' }] })
})

test('a project that was removed or belongs to nobody here cannot be moved', async () => {
  const ref = await t.createProject()
  expect((await ask(ref, '', t.foreign)).status).toBe(404)
  expect((await ask(ref, '', target, t.administrator.token)).status).toBe(404)
  expect((await ask(ref, '', target, t.developer.token)).status).toBe(403)
})

test('two moves at once: one happens', async () => {
  const ref = await t.createProject()
  const replies = await Promise.all([ask(ref, '', target), ask(ref, '', target)])
  // The other finds it in its new place, or no longer in the old one.
  expect(replies.map(({ status }) => (status === 200 ? 'moved' : 'refused')).toSorted()).toEqual([
    'moved',
    'refused',
  ])
})

test('lists follow their links from end to end and back', async () => {
  for (const name of ['one', 'two', 'three']) await t.createProject({ name })
  const seen: string[] = []
  let path: string | null = `/v2/organizations/${t.organization}/projects?page[size]=2`
  let last: any
  while (path !== null) {
    last = (await t.asOwner('GET', path)).body
    seen.push(...last.data.map(({ attributes }: any) => attributes.name))
    path = last.links.next
  }
  expect(seen.slice(-3)).toEqual(['one', 'two', 'three'])
  expect((await t.asOwner('GET', last.links.prev)).body.data.length).toBe(2)
  const wrong = await t.asOwner('GET', `/v2/organizations/${t.organization}/projects?page[after]=nonsense`)
  expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'pagination_cursor_invalid' } } })
})

test('members by name and address', async () => {
  const find = async (filter: string) =>
    (await t.asOwner('GET', `/v2/organizations/${t.organization}/members?${filter}`)).body.data.map(
      ({ attributes }: any) => [attributes.username, attributes.roles[0].name],
    )
  expect(await find('filter[username]=reader')).toEqual([['reader', 'Read-only']])
  expect(await find('filter[primary_email]=Owner@Example.com')).toEqual([['owner', 'Owner']])
  expect(await find('filter[username]=nobody')).toEqual([])
})
