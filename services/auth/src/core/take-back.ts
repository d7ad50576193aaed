// A letter that could not leave has promised nothing: the code before it counts again, and an account that was only
// made to be confirmed by it is gone, so that whoever tries again finds everything as it was.

import { deleteOneTimeToken } from '../sql/delete-one-time-token.ts'
import { deleteUser } from '../sql/delete-user.ts'
import { findUser } from '../sql/find-user.ts'
import { holdUser } from '../sql/hold-user.ts'
import { replaceOneTimeToken } from '../sql/replace-one-time-token.ts'
import { type UserChanges, updateUser } from '../sql/update-user.ts'
import type { CodeType } from './code-slot.ts'
import type { Draft } from './letter.ts'
import type { PostDeps } from './post.ts'
import { iso } from './time.ts'
import type { UserColumns, UserRow } from './user-row.ts'

/** What was stored for a letter: where its code lies, and what stood in the columns that changed. */
export type Stored = { readonly slot: CodeType; readonly before: UserChanges; readonly isNewUser?: boolean }

export const storedFor = (slot: CodeType, user: UserRow, changes: UserChanges): Stored => {
  // Names of columns, by the type of the changes.
  const names = Object.keys(changes) as (keyof UserColumns)[]
  return { slot, before: Object.fromEntries(names.map((name) => [name, user[name]])) }
}

/** Marks the letters to somebody whose account was made for them. */
export const toNewUser = (drafts: readonly Draft[]): readonly Draft[] =>
  drafts.map((draft) =>
    draft.stored === undefined ? draft : { ...draft, stored: { ...draft.stored, isNewUser: true } },
  )

/** Nothing is taken back where a newer code has taken the place. */
export const takeBack = async ({ pool, clock }: PostDeps, draft: Draft): Promise<void> => {
  const { stored, hash, user } = draft
  if (stored === undefined) return
  const { slot, before, isNewUser } = stored
  await pool.transaction(async (db) => {
    await holdUser(db, user.id)
    const now = await findUser(db, { id: user.id })
    if (now?.[slot] !== hash) return
    if (isNewUser) return deleteUser(db, user.id)
    const at = iso(clock())
    await updateUser(db, user.id, before, at)
    const old = before[slot] ?? ''
    if (old === '') return deleteOneTimeToken(db, user.id, slot)
    await replaceOneTimeToken(db, { userId: user.id, type: slot, hash: old, relatesTo: draft.to, at })
  })
}
