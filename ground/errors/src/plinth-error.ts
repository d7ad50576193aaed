// The error that carries meaning: what happened, who has to act, what to do next.

/** Who has to act: the caller, the caller later, the project's owner, a third party, the platform, or us. */
export type ErrorKind = 'caller' | 'limit' | 'project' | 'upstream' | 'platform' | 'bug'

export type ErrorShape = {
  /** Stable and documented: `bucket_not_found`. */
  readonly code: string
  readonly kind: ErrorKind
  readonly status: number
  readonly message: string
  readonly hint?: string | undefined
  /** Already safe to show. */
  readonly details?: unknown
  readonly cause?: unknown
}

export class PlinthError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly status: number
  readonly hint: string | undefined
  readonly details: unknown

  constructor(shape: ErrorShape) {
    super(shape.message, shape.cause === undefined ? undefined : { cause: shape.cause })
    this.name = 'PlinthError'
    this.code = shape.code
    this.kind = shape.kind
    this.status = shape.status
    this.hint = shape.hint
    this.details = shape.details
  }
}

export const isPlinthError = (value: unknown): value is PlinthError => value instanceof PlinthError

/** Anything thrown, as a `PlinthError`: what nobody expected becomes a `bug` that shows nothing of itself. */
export const toPlinthError = (thrown: unknown): PlinthError =>
  isPlinthError(thrown)
    ? thrown
    : new PlinthError({
        code: 'internal_error',
        kind: 'bug',
        status: 500,
        message: 'Something went wrong on our side.',
        cause: thrown,
      })
