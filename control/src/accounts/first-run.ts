// The first run of an installation: an owner, an organization, a token. Offered to the launcher alone.

import { newAccessToken, newRef } from '@plinth/crypto'
import { type Pool, type Queries, sql } from '@plinth/postgres'
import {
  insertMember,
  insertOrganization,
  listOrganizations,
  type Organization,
} from '../organizations/queries.ts'
import { findPlatformOwner, insertAccount, type Owner } from './queries.ts'
import { insertToken } from './token-queries.ts'

export type FirstRun = {
  readonly owner: Owner
  readonly organization: Organization
  /** Shown here and never again. */
  readonly accessToken: string
}

const owner = { email: 'owner@localhost', username: 'owner', isPlatformOwner: true }
const organizationName = 'My organization'

const findFirst = async (db: Queries): Promise<Omit<FirstRun, 'accessToken'> | undefined> => {
  const found = await findPlatformOwner(db)
  if (found === undefined) return undefined
  const [organization] = await listOrganizations(db, found.id)
  return organization && { owner: found, organization }
}

const makeFirst = async (db: Queries): Promise<Omit<FirstRun, 'accessToken'>> => {
  const id = await insertAccount(db, owner)
  const organization = await insertOrganization(db, newRef(), organizationName)
  await insertMember(db, { organizationId: organization.id, accountId: id, role: 'owner' })
  return { owner: { id, email: owner.email, username: owner.username }, organization }
}

/**
 * Owner and organization are made once; each call gives a token, `given` or a new one. So a launcher that
 * died before it wrote its answer down, or lost it, asks again and is served.
 */
export const firstRun = (db: Pool, given?: string): Promise<FirstRun> =>
  db.transaction(async (session) => {
    await session.query(sql`select pg_advisory_xact_lock(hashtext('plinth.first_run'))`)
    const first = (await findFirst(session)) ?? (await makeFirst(session))
    const accessToken = given ?? newAccessToken()
    await insertToken(session, { accountId: first.owner.id, name: 'First run', token: accessToken })
    return { ...first, accessToken }
  })
