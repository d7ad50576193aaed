// Connections to identity providers in the hands of an administrator.

import { sql } from '@plinth/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectAdminsOnly } from '../admins-only.ts'
import { certificateOf, keys } from '../saml-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth()
})
afterEach(() => project.admin.run(sql`delete from auth.sso_providers`))
afterAll(() => project.drop())

const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const document = (entityId: string, inside = ''): string =>
  [
    `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">`,
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">',
    `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificateOf(keys.own)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    `</md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}"/></md:IDPSSODescriptor>${inside}</md:EntityDescriptor>`,
  ].join('')
const base = '/admin/sso/providers'
const admin = (method: string, path = '', body?: unknown) =>
  auth.ask(method, `${base}${path}`, body, { token: auth.serviceToken })
const create = async (entityId: string, more: object = {}) =>
  (await admin('POST', '', { type: 'saml', metadata_xml: document(entityId), ...more })).body

const id = '677477db-3f51-4038-bc05-c6bb9bdc3c32'
const access = (['GET ', 'POST ', `GET /${id}`, `PUT /${id}`, `DELETE /${id}`] as const).map((line) =>
  line.split(' '),
)
it.each(access)('%s %s is for administrators', (method = '', path = '') =>
  expectAdminsOnly(auth, method, `${base}${path}`),
)

describe('making and changing', () => {
  it('a connection is shown as it was made', async () => {
    const mapping = {
      keys: {
        email: { name: 'user.email' },
        groups: { names: ['groups', 'roles'], array: true },
        plan: { default: true },
      },
    }
    const made = await create('https://idp.test/a', {
      domains: ['a.test', 'b.test'],
      attribute_mapping: mapping,
      name_id_format: email,
      resource_id: 'crm-1',
      disabled: true,
    })
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resource_id: 'crm-1',
      disabled: true,
      saml: {
        entity_id: 'https://idp.test/a',
        metadata_xml: document('https://idp.test/a'),
        attribute_mapping: mapping,
        name_id_format: email,
      },
      domains: [{ domain: 'a.test' }, { domain: 'b.test' }],
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    })
    expect((await admin('GET', `/${made.id}`)).body).toEqual(made)
    expect((await admin('GET', '/resource_crm-1')).body).toEqual(made)
    const { metadata_xml: _, ...saml } = made.saml
    expect((await admin('GET')).body).toEqual({ items: [{ ...made, saml }] })
    expect((await admin('DELETE', `/${made.id}`)).body).toEqual(made)
    expect((await admin('GET', `/${made.id}`)).status).toBe(404)
    expect((await admin('GET')).body).toEqual({ items: [] })
  })

  it('lists by resource, whole or by its beginning', async () => {
    await create('https://idp.test/1', { resource_id: 'crm-1' })
    await create('https://idp.test/2', { resource_id: 'crm-2' })
    await create('https://idp.test/3')
    const list = async (query: string) =>
      (await admin('GET', query)).body.items.map(({ saml }: { saml: { entity_id: string } }) =>
        saml.entity_id.slice(-1),
      )
    expect(await list('?resource_id=crm-2')).toEqual(['2'])
    expect(await list('?resource_id_prefix=crm-')).toEqual(['1', '2'])
    expect(await list('?resource_id_prefix=%25')).toEqual([])
    expect(await list('')).toEqual(['1', '2', '3'])
  })

  it('changes what is mentioned', async () => {
    const made = await create('https://idp.test/a', { domains: ['a.test'], name_id_format: email })
    const change = async (wish: object) => (await admin('PUT', `/${made.id}`, wish)).body
    expect((await change({ domains: ['a.test', 'c.test'] })).domains).toEqual([
      { domain: 'a.test' },
      { domain: 'c.test' },
    ])
    const mapped = await change({ attribute_mapping: { keys: { x: { name: 'y' } } }, disabled: true })
    expect(mapped).toMatchObject({
      disabled: true,
      saml: { attribute_mapping: { keys: { x: { name: 'y' } } } },
    })
    expect(mapped.saml.name_id_format).toBeUndefined()
    expect((await change({ resource_id: 'r' })).resource_id).toBe('r')
    expect((await change({ resource_id: '' })).resource_id).toBeUndefined()
    const read = document('https://idp.test/a', '<!-- new -->')
    expect((await change({ metadata_xml: read })).saml.metadata_xml).toBe(read)
    expect((await change({ domains: [] })).domains).toEqual([])
    expect((await admin('GET', `/${made.id}`)).body).toMatchObject({ disabled: true })
  })
})

describe('what is refused', () => {
  const twice = document('https://idp.test/x').replace(
    '</md:EntityDescriptor>',
    '<md:IDPSSODescriptor/></md:EntityDescriptor>',
  )
  const refused: [wish: object, status: number, code: string, message: RegExp][] = [
    [{}, 400, 'validation_failed', /^Only 'saml' supported/],
    [{ type: 'oidc' }, 400, 'validation_failed', /^Only 'saml' supported/],
    [{ type: 'saml' }, 400, 'validation_failed', /^Either metadata_xml or metadata_url must be set/],
    [
      { type: 'saml', metadata_url: 'https://x.test', metadata_xml: '<x/>' },
      400,
      'validation_failed',
      /^Only one of/,
    ],
    [{ type: 'saml', metadata_url: 'http://x.test/' }, 400, 'validation_failed', /not a HTTPS URL/],
    [{ type: 'saml', metadata_url: 'https://x.test\\o/' }, 400, 'validation_failed', /not a valid URL/],
    [
      { type: 'saml', metadata_url: 'https://127.0.0.1/' },
      400,
      'saml_metadata_fetch_failed',
      /^Error fetching/,
    ],
    [{ type: 'saml', metadata_url: 'https://[::1]/' }, 400, 'saml_metadata_fetch_failed', /^Error fetching/],
    [{ type: 'saml', metadata_xml: 'hello' }, 400, 'validation_failed', /not a valid XML/],
    [{ type: 'saml', metadata_xml: '<x/>' }, 400, 'validation_failed', /not an EntityDescriptor/],
    [{ type: 'saml', metadata_xml: document('') }, 400, 'validation_failed', /does not contain an EntityID/],
    [{ type: 'saml', metadata_xml: twice }, 400, 'validation_failed', /multiple IDPSSODescriptors/],
    [{ type: 'saml', metadata_xml: '\uFFFD<x/>' }, 400, 'validation_failed', /invalid UTF-8/],
    [
      { type: 'saml', metadata_xml: document('https://idp.test/x'), name_id_format: 'x' },
      400,
      'validation_failed',
      /^name_id_format/,
    ],
    [
      { type: 'saml', metadata_xml: document('https://idp.test/taken') },
      422,
      'saml_idp_already_exists',
      /already exists/,
    ],
    [
      { type: 'saml', metadata_xml: document('https://idp.test/x'), domains: ['TAKEN.test'] },
      400,
      'sso_domain_already_exists',
      /is already assigned/,
    ],
    [
      { type: 'saml', metadata_xml: document('https://idp.test/x'), domains: 'x' },
      400,
      'bad_json',
      /domains/,
    ],
  ]
  it.each(refused)('%j', async (wish, status, error_code, message) => {
    await create('https://idp.test/taken', { domains: ['taken.test'] })
    const reply = await admin('POST', '', wish)
    expect([reply.status, reply.body.error_code]).toEqual([status, error_code])
    expect(reply.body.msg).toMatch(message)
    expect((await admin('GET')).body.items).toHaveLength(1)
  })

  it('a change to another provider, or to a domain of another', async () => {
    const made = await create('https://idp.test/a')
    await create('https://idp.test/b', { domains: ['b.test'] })
    const change = async (wish: object) => (await admin('PUT', `/${made.id}`, wish)).body.error_code
    expect(await change({ metadata_xml: document('https://idp.test/c') })).toBe('saml_entity_id_mismatch')
    expect(await change({ domains: ['b.test'] })).toBe('sso_domain_already_exists')
    for (const path of ['/not-a-uuid', `/${id}`, '/resource_nothing']) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const reply = await admin(method, path, {})
        expect([reply.status, reply.body.error_code]).toEqual([404, 'sso_provider_not_found'])
      }
    }
  })

  it('of two at once that want the same domain, one', async () => {
    const wishes = ['a', 'b', 'c'].map((name) =>
      admin('POST', '', {
        type: 'saml',
        metadata_xml: document(`https://idp.test/${name}`),
        domains: ['one.test'],
      }),
    )
    const statuses = (await Promise.all(wishes)).map(({ status }) => status).sort()
    expect(statuses[0]).toBe(201)
    expect(statuses.slice(1).every((status) => status === 400 || status === 422)).toBe(true)
  })
})
