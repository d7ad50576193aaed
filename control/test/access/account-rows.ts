// Rows of the access table: accounts, members, what organizations may read about themselves.

import { newRef } from '@plinth/crypto'
import { insertAccount } from '../../src/accounts/queries.ts'
import { insertMember, insertOrganization } from '../../src/organizations/queries.ts'
import type { TestControl } from '../test-control.ts'
import { admins, all, type Row } from './row.ts'

let count = 0

export const accountRows = (t: TestControl): readonly Row[] => {
  const account = async () => {
    count += 1
    const email = `person${count}@example.com`
    return { id: await insertAccount(t.pool, { email, username: `person${count}` }), email }
  }
  const member = async () => {
    const { id } = await account()
    await insertMember(t.pool, { organizationId: t.organization, accountId: id, role: 'developer' })
    return `/v2/organizations/${t.organization}/members/${id}`
  }
  const tokens = '/platform/profile/access-tokens'
  /** A project and an organization that everybody of ours but the stranger owns. */
  const transferWish = async (tail: string) => {
    const target = newRef()
    await insertOrganization(t.pool, target, 'Target')
    for (const one of [t.owner, t.administrator])
      await insertMember(t.pool, { organizationId: target, accountId: one.id, role: 'owner' })
    const attributes = { target_organization_slug: target }
    const body = { data: { type: 'project_transfer_input', attributes } }
    return { path: `/v2/projects/${await t.createProject()}/transfers${tail}`, body }
  }
  return [
    {
      id: 'v2ListOrganizationMembers',
      make: () => ({ path: `/v2/organizations/${t.organization}/members?page[size]=2` }),
      ...all(200),
    },
    {
      id: 'v2ListOrganizationProjects',
      make: () => ({ path: `/v2/organizations/${t.organization}/projects?page[size]=2&sort=-inserted_at` }),
      ...all(200),
    },
    { id: 'v2PreviewAProjectTransfer', make: () => transferWish('/previews'), ...admins(200) },
    { id: 'v2TransferAProject', make: () => transferWish(''), ...admins(200) },
    { id: 'list-access-tokens', make: () => ({ path: tokens }), ...all(200), stranger: 200 },
    {
      id: 'create-access-token',
      make: () => ({ path: tokens, body: { name: 'ci' } }),
      ...all(201),
      stranger: 201,
    },
    {
      id: 'delete-access-token',
      // Everybody deletes their own: nobody's is there for all of them.
      make: async (token) => {
        const made =
          token === undefined ? undefined : await t.call('POST', tokens, { token, body: { name: 'x' } })
        return { path: `${tokens}/${made?.body.id ?? '00000000-0000-4000-8000-000000000000'}` }
      },
      ...all(200),
      stranger: 404,
    },
    {
      id: 'v1-get-organization-entitlements',
      make: () => ({ path: `/v1/organizations/${t.organization}/entitlements` }),
      ...all(200),
    },
    {
      id: 'read-organization-audit-log',
      make: () => ({ path: `/platform/organizations/${t.organization}/audit-log?limit=2` }),
      ...admins(200),
    },
    {
      id: 'add-organization-member',
      make: async () => ({
        path: `/platform/organizations/${t.organization}/members`,
        body: { email: (await account()).email, role: 'developer' },
      }),
      ...admins(201),
    },
    { id: 'v2RemoveOrganizationMembers', make: async () => ({ path: await member() }), ...admins(200) },
    {
      id: 'v2AssignOrganizationMemberRole',
      make: async () => ({
        path: `${await member()}/roles`,
        body: { data: { type: 'organization_member_role', attributes: { role: 'read-only' } } },
      }),
      ...admins(200),
    },
    {
      id: 'v2ListOrganizationRoles',
      make: () => ({ path: `/v2/organizations/${t.organization}/roles` }),
      ...all(200),
    },
  ]
}
