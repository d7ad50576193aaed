// What is sent to people, and the port that takes it. The port is the only way out of this service.

import type { mailLetters, mailNotices } from '@plinth/contracts'
import type { Channel } from './sms-channel.ts'
import type { Stored } from './take-back.ts'
import type { UserRow } from './user-row.ts'

export type NoticeKind = `${(typeof mailNotices)[number]}_notification`
export type LetterKind = (typeof mailLetters)[number] | NoticeKind | 'sms'

/** What is to be said and to whom; it becomes a letter when it is posted. */
export type Draft = {
  readonly kind: LetterKind
  /** A mail address, or a phone number when `kind` is `sms`. */
  readonly to: string
  /** As the person is known while the letter is on its way. */
  readonly user: UserRow
  /** Empty where nothing is to be proved. */
  readonly code: string
  readonly hash: string
  readonly link: string
  readonly redirectTo: string
  /** Type of the link, as hooks know it. */
  readonly action: string
  /** What only some letters tell, by the name that templates use. */
  readonly more?: Readonly<Record<string, string>>
  /** How a text travels; `sms` unless somebody asked for more. */
  readonly channel?: Channel
  /** What is taken back when it cannot leave. */
  readonly stored?: Stored
}

export type Letter = {
  readonly kind: LetterKind
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The code and, where there is one, the link: for templates of a port's own. */
  readonly code: string
  readonly link: string
  readonly channel?: Channel
}

export type Mail = { readonly send: (letter: Letter) => Promise<void> }
