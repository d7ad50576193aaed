// Who is asking a stack. Made once by the gateway, never changed afterwards.

/** What kind of key opened the door; `none` only on the few open routes. */
export type KeyKind = 'none' | 'legacy' | 'publishable' | 'secret'

export type Caller = {
  /** The Postgres role that statements of this caller run as. */
  readonly role: string
  /** Claims of the verified token; `{ role }` when a bare key was sent. */
  readonly claims: Readonly<Record<string, unknown>>
  /** The same claims as JSON text, ready for `request.jwt.claims`. */
  readonly claimsJson: string
  readonly keyKind: KeyKind
  /** The verified bearer token as sent, or the one the gateway made for a bare key. */
  readonly token: string | undefined
}
