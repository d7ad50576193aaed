// An error as flat, safe log fields. The stack is kept for bugs only; tokens and keys are never kept.

import { toPlinthError } from '@plinth/errors'

const secrets = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bsb_(?:secret|publishable)_[\w-]+|\bsbp_\w+|:[^:@/\s]+@/g

const scrub = (text: string): string => text.replace(secrets, '•••')

const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error

/** `{ code, kind, message, cause?, stack? }` of anything thrown. */
export const renderError = (thrown: unknown): Record<string, string> => {
  const error = toPlinthError(thrown)
  const root = rootCause(error)
  const cause = root === error ? undefined : root instanceof Error ? root.message : String(root)
  const stack = root instanceof Error ? root.stack : error.stack
  return {
    errorCode: error.code,
    errorKind: error.kind,
    errorMessage: scrub(error.message),
    ...(cause === undefined ? {} : { errorCause: scrub(cause) }),
    ...(error.kind === 'bug' && stack !== undefined ? { errorStack: scrub(stack) } : {}),
  }
}
