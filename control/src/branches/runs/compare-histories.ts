// What one history of migrations lacks of another, and where both say different things under one version.

import type { MigrationRow } from '../../database/migration-history.ts'

export type Comparison = {
  /** To be run, in order. */
  readonly missing: readonly MigrationRow[]
  /** Versions that only the target has: it went on by itself. */
  readonly ahead: readonly string[]
  /** Of the missing ones, those older than the newest that the target has. */
  readonly late: readonly string[]
  /** Versions under which the two have run different statements. */
  readonly conflicts: readonly string[]
}

/** Clients cut a file into statements or send it as a whole: neither that nor white space is a difference. */
const gist = ({ statements }: MigrationRow): string | undefined =>
  statements?.length
    ? statements
        .join(';')
        .replace(/[\s;]+/g, ' ')
        .trim()
    : undefined

const differ = (one: MigrationRow, other: MigrationRow): boolean => {
  const [left, right] = [gist(one), gist(other)]
  // A version that was only marked as run says nothing about its statements.
  return left !== undefined && right !== undefined && left !== right
}

/** Both in order of version. `limit` is the last version that counts. */
export const compareHistories = (
  source: readonly MigrationRow[],
  target: readonly MigrationRow[],
  limit?: string,
): Comparison => {
  const wanted = source.filter(({ version }) => limit === undefined || version <= limit)
  const there = new Map(target.map((row) => [row.version, row]))
  const known = new Set(source.map(({ version }) => version))
  const newest = target.at(-1)?.version ?? ''
  const missing = wanted.filter(({ version }) => !there.has(version))
  return {
    missing,
    ahead: target.flatMap(({ version }) => (known.has(version) ? [] : [version])),
    late: missing.flatMap(({ version }) => (version < newest ? [version] : [])),
    conflicts: wanted.flatMap((row) => {
      const twin = there.get(row.version)
      return twin !== undefined && differ(row, twin) ? [row.version] : []
    }),
  }
}
