// The first run of an installation: an owner, an organization, a token. Offered to the launcher alone.

import { newAccessToken, newRef } from '@plinth/crypto'
import { type Pool, sql } from '@plinth/postgres'
import { insertMember, insertOrganization, type Organization } from '../organizations/queries.ts'
import { errors } from './errors.ts'
import { findPlatformOwner, insertAccount, insertToken, type Owner } from './queries.ts'

export type FirstRun = {
  readonly owner: Owner
  readonly organization: Organization
  /** Shown here and never again. */
  readonly accessToken: string
}

const owner = { email: 'owner@localhost', username: 'owner', isPlatformOwner: true }
const organizationName = 'My organization'

/** Exactly once: a second call throws 409. `given` is the token the operator wants, if any. */
export const firstRun = (db: Pool, given?: string): Promise<FirstRun> =>
  db.transaction(async (session) => {
    await session.query(sql`select pg_advisory_xact_lock(hashtext('plinth.first_run'))`)
    if ((await findPlatformOwner(session)) !== undefined) throw errors.notFirstRun()
    const id = await insertAccount(session, owner)
    const organization = await insertOrganization(session, newRef(), organizationName)
    await insertMember(session, { organizationId: organization.id, accountId: id, role: 'owner' })
    const accessToken = given ?? newAccessToken()
    await insertToken(session, { accountId: id, name: 'First run', token: accessToken })
    return { owner: { id, email: owner.email, username: owner.username }, organization, accessToken }
  })

/** A further classic token of the owner: for who lost the first one and holds the machine. */
export const newOwnerToken = async (db: Pool, name: string): Promise<{ readonly accessToken: string }> => {
  const account = await findPlatformOwner(db)
  if (account === undefined) throw errors.noOwner()
  const accessToken = newAccessToken()
  await insertToken(db, { accountId: account.id, name, token: accessToken })
  return { accessToken }
}
