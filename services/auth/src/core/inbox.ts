// The project's own inbox: where letters go while no mail server is set, so that every flow can be tried.

import type { Pool } from '@plinth/postgres'
import { insertInboxLetter } from '../sql/insert-inbox-letter.ts'
import type { Mail } from './letter.ts'
import { iso } from './time.ts'

type InboxDeps = { readonly pool: Pool; readonly clock: () => number }

export const inboxMail = ({ pool, clock }: InboxDeps): Mail => ({
  send: (letter) => insertInboxLetter(pool, letter, iso(clock())),
})
