// Fifth step of every call that changes something: who did what, where, and how it ended.

import { toPlinthError } from '@plinth/errors'
import { sql } from '@plinth/postgres'
import type { Access } from './access.ts'
import type { Call } from './call.ts'
import type { Operation } from './operation.ts'

/** Never fails the call: an entry that cannot be written is noticed instead. */
export const audit = async (
  call: Call,
  operation: Operation,
  access: Access,
  failure?: unknown,
): Promise<void> => {
  const outcome = failure === undefined ? 'done' : toPlinthError(failure).code
  try {
    await call.db.run(sql`
      insert into audit_log (operation, account_id, token_id, organization_id, ref, request_id, outcome)
      values (${operation.name}, ${call.actor.accountId}, ${call.actor.tokenId},
              ${access.organizationId ?? null}, ${access.ref ?? null}, ${call.requestId}, ${outcome})`)
  } catch (error) {
    call.observe({ level: 'error', event: 'audit.failed', fields: { operation: operation.name }, error })
  }
}
