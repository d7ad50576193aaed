// Where the role stands in a token's claims: an RFC 9535 JSON path (`$.user.roles[0]`), or the path syntax of
// PostgREST before it (`.user.roles[0]`), which stays accepted.

import { SettingProblem } from '@plinth/rest'
import { findByJsonPath, parseJsonPath } from './json-path.ts'
import { findByOldPath, parseOldPath, printOldPath } from './old-role-path.ts'

export type RolePath = {
  /** As the configuration would say it. */
  readonly text: string
  readonly isOld: boolean
  /** The first value at the path. */
  readonly find: (claims: unknown) => unknown
}

const problem = (text: string, reason: string): SettingProblem =>
  new SettingProblem(`failed to parse role-claim-key value (${text}): ${reason}`)

export const parseRolePath = (text: string): RolePath => {
  const path = parseJsonPath(text)
  if (path !== undefined) return { text, isOld: false, find: (claims) => findByJsonPath(path, claims) }
  const old = parseOldPath(text)
  if (old === undefined) throw problem(text, 'expecting a JSON path such as $.role')
  return { text: printOldPath(old), isOld: true, find: (claims) => findByOldPath(old, claims) }
}
