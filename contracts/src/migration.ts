// Numbered, forward-only SQL of one owner.

export type Migration = {
  /** File name without the ending: `0001_users_and_sessions`. */
  readonly name: string
  readonly sql: string
  /** Hex SHA-256 of the file. */
  readonly checksum: string
}

/** All migrations of one owner, in order. `role` is who runs them and owns what they make. */
export type History = {
  readonly owner: string
  readonly role: string
  readonly migrations: readonly Migration[]
}
