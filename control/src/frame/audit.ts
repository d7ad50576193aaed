// Fifth step of every call that changes something: who did what, where, and how it ended.

import { toPlinthError } from '@plinth/errors'
import { type Queries, sql } from '@plinth/postgres'
import type { Access } from './access.ts'
import type { Call } from './call.ts'
import type { Operation } from './operation.ts'

export type AuditEntry = {
  readonly operation: string
  readonly accountId: string | null
  readonly tokenId?: string
  readonly organizationId?: string | undefined
  readonly ref?: string | undefined
  readonly requestId: string
  /** Default `done`. */
  readonly outcome?: string
}

/** For what people do on pages, and for the second organization that one operation touches. */
export const recordAudit = async (db: Queries, entry: AuditEntry): Promise<void> => {
  await db.run(sql`
    insert into audit_log (operation, account_id, token_id, organization_id, ref, request_id, outcome)
    values (${entry.operation}, ${entry.accountId}, ${entry.tokenId ?? null}, ${entry.organizationId ?? null},
            ${entry.ref ?? null}, ${entry.requestId}, ${entry.outcome ?? 'done'})`)
}

/** Never fails the call: an entry that cannot be written is noticed instead. */
export const audit = async (
  call: Call,
  operation: Operation,
  access: Access,
  failure?: unknown,
): Promise<void> => {
  const outcome = failure === undefined ? 'done' : toPlinthError(failure).code
  try {
    await recordAudit(call.db, {
      operation: operation.name,
      accountId: call.actor.accountId,
      tokenId: call.actor.tokenId,
      organizationId: access.organizationId,
      ref: access.ref,
      requestId: call.requestId,
      outcome,
    })
  } catch (error) {
    call.observe({ level: 'error', event: 'audit.failed', fields: { operation: operation.name }, error })
  }
}
