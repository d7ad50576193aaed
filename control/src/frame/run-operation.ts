// The line every operation walks, whichever door it came through:
// (authenticated) → check text → authorise → validate → run → audit.

import { plainAddress } from '@plinth/http'
import { authorise } from './access.ts'
import { audit } from './audit.ts'
import type { Call, Platform } from './call.ts'
import type { Actor } from './caller.ts'
import { checkText } from './check-text.ts'
import type { Operation } from './operation.ts'
import { validate } from './validate.ts'

export type Request = {
  readonly actor: Actor
  /** Everything the client sent, by input name, as it came. */
  readonly raw: Readonly<Record<string, unknown>>
  readonly requestId: string
  /** Where it came from, as a socket shows it; nothing on a socket of this machine that no entrance stands before. */
  readonly address: string | undefined
  readonly signal: AbortSignal
}

export const runOperation = async (
  platform: Platform,
  operation: Operation,
  request: Request,
): Promise<unknown> => {
  checkText(request.raw)
  const access = await authorise(platform.db, request.actor, operation.scope, request.raw)
  const input = validate(operation.input, request.raw)
  const { actor, requestId, signal } = request
  const address = plainAddress(request.address ?? '')
  const call: Call = { ...platform, actor, may: access.may, requestId, address, signal }
  if (['GET', 'HEAD'].includes(operation.rest.method)) return operation.run(call, input)
  try {
    const output = await operation.run(call, input)
    await audit(call, operation, access)
    return output
  } catch (error) {
    await audit(call, operation, access, error)
    throw error
  }
}
