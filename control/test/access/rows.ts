// The access table: every operation once.

import type { TestControl } from '../test-control.ts'
import { accountRows } from './account-rows.ts'
import { branchRows } from './branch-rows.ts'
import { functionRows } from './function-rows.ts'
import { keyRows } from './key-rows.ts'
import { oauthRows } from './oauth-rows.ts'
import { projectRows } from './project-rows.ts'
import type { Row } from './row.ts'
import { settingsRows } from './settings-rows.ts'
import { snippetRows } from './snippet-rows.ts'

export const accessRows = (t: TestControl): readonly Row[] => [
  ...accountRows(t),
  ...oauthRows(t),
  ...settingsRows(t),
  ...branchRows(t),
  ...functionRows(t),
  ...keyRows(t),
  ...snippetRows(t),
  ...projectRows(t),
]
