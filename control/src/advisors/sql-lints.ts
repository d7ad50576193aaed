// Every lint that is a query, in the order of their pages.

import type { SqlLint } from './lint.ts'
import { exposureLints } from './lints/exposed-objects.ts'
import { indexLints } from './lints/indexes-and-keys.ts'
import { rowSecurityLints } from './lints/row-security.ts'

export const sqlLints: readonly SqlLint[] = [...indexLints, ...rowSecurityLints, ...exposureLints].toSorted(
  (left, right) => (left.page < right.page ? -1 : 1),
)
