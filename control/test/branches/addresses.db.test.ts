// Who is found under the address of a branch: nobody's branch but the caller's own, and by which tokens.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const t = await testControl({ ownDatabases: true })
const { create } = branchSteps(t)
afterAll(() => t.close())

let parent: string
let id: string
let ref: string
beforeAll(async () => {
  parent = await t.createProject()
  const made = await create(parent)
  id = made.id
  ref = made.project_ref
})
const path = () => `/v1/projects/${parent}/branches`

test.each([
  ['GET', ''],
  ['PATCH', ''],
  ['DELETE', ''],
  ['GET', '/diff'],
  ['POST', '/merge'],
  ['POST', '/push'],
  ['POST', '/reset'],
  ['POST', '/restore'],
])('%s %s', async (method, tail) => {
  const at = async (address: string) => {
    const { status, body } = await t.asOwner(
      method,
      `/v1/branches/${address}${tail}`,
      method === 'GET' ? undefined : {},
    )
    return [status, body.message]
  }
  expect((await at('not-an-address'))[0]).toBe(400)
  for (const unknown of ['a'.repeat(20), '00000000-0000-4000-8000-000000000000'])
    expect(await at(unknown)).toEqual([404, 'Branch not found'])
  const foreign = await t.call(method, `/v1/branches/${id}${tail}`, {
    token: t.stranger.token,
    ...(method !== 'GET' && { body: {} }),
  })
  expect([foreign.status, foreign.body.message]).toEqual([404, 'Branch not found'])
})

test('a token for the parent is one for its branches; one for a branch is none for the parent', async () => {
  const permissions = ['branching_development_read', 'project_admin_read']
  const ofParent = await t.newToken(t.owner.id, { permissions, projects: [parent] })
  const ofBranch = await t.newToken(t.owner.id, { permissions, projects: [ref] })
  const get = async (token: string, what: string) => (await t.call('GET', what, { token })).status
  expect(await get(ofParent, `/v1/branches/${id}`)).toBe(200)
  expect(await get(ofParent, `/v1/projects/${ref}`)).toBe(200)
  expect(await get(ofBranch, `/v1/projects/${ref}`)).toBe(200)
  expect(await get(ofBranch, `/v1/projects/${parent}`)).toBe(404)
  const [main] = (await t.asOwner('GET', path())).body
  expect(await get(ofParent, `/v1/branches/${main.id}`)).toBe(403)
})
