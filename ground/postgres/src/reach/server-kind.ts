// `target_session_attrs`: servers tell by themselves whether they follow another one and whether they may write.

import type { ServerKind } from './place.ts'

/** What to look for, one after the other. */
export const serverKinds = (wanted: ServerKind = 'any'): readonly ServerKind[] =>
  wanted === 'prefer-standby' ? ['standby', 'any'] : [wanted]

export const fits = (kind: ServerKind, told: ReadonlyMap<string, string>): boolean => {
  const follows = told.get('in_hot_standby') === 'on'
  const reads = follows || told.get('default_transaction_read_only') === 'on'
  switch (kind) {
    case 'read-write':
      return !reads
    case 'read-only':
      return reads
    case 'primary':
      return !follows
    case 'standby':
      return follows
    case 'any':
    case 'prefer-standby':
      return true
  }
}
