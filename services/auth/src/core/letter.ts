// What is sent to people, and the port that takes it. The port is the only way out of this service.

export type LetterKind =
  | 'confirmation'
  | 'invite'
  | 'recovery'
  | 'magic_link'
  | 'email_change'
  | 'reauthentication'
  | 'sms'

export type Letter = {
  readonly kind: LetterKind
  /** A mail address, or a phone number when `kind` is `sms`. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The code and, where there is one, the link: for templates of a port's own. */
  readonly code: string
  readonly link: string
}

export type Mail = { readonly send: (letter: Letter) => Promise<void> }
