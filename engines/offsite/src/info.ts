// What `pgbackrest info --output=json` says of its stanzas.

type Backup = {
  readonly label: string
  /** Pages of it were damaged when it was made. */
  readonly error: boolean | null
  readonly database: { readonly id: number }
  readonly archive: { readonly start: string | null; readonly stop: string | null }
  readonly lsn?: { readonly start: string; readonly stop: string }
  readonly timestamp: { readonly start: number; readonly stop: number }
  readonly info: { readonly size: number }
}

type Listed = {
  readonly name: string
  readonly backup: readonly Backup[]
  readonly db: readonly { readonly id: number }[]
  readonly archive: readonly { readonly id: string; readonly database: { readonly id: number } }[]
}

export type StanzaBackup = {
  /** `20261128-112333F`, or with `_20261129-112404I` behind it. */
  readonly label: string
  /** Seconds. */
  readonly startedAt: number
  readonly endedAt: number
  readonly startLsn: string
  readonly endLsn: string
  /** Pieces of the log without which it is not whole. */
  readonly firstLog: string
  readonly lastLog: string
  readonly bytes: number
}

export type Stanza = {
  readonly name: string
  /** Folder of the log of the present database, below that of the stanza: `17-1`. */
  readonly log: string | undefined
  /** Of the present database, oldest first. */
  readonly backups: readonly StanzaBackup[]
}

const toBackup = ({ label, archive, lsn, timestamp, info }: Backup): StanzaBackup[] =>
  lsn && archive.start && archive.stop
    ? [
        {
          label,
          startedAt: timestamp.start,
          endedAt: timestamp.stop,
          startLsn: lsn.start,
          endLsn: lsn.stop,
          firstLog: archive.start,
          lastLog: archive.stop,
          bytes: info.size,
        },
      ]
    : []

/** Only what is whole is listed. */
export const parseInfo = (text: string): readonly Stanza[] =>
  (JSON.parse(text) as readonly Listed[]).map(({ name, backup, db, archive }) => {
    const current = Math.max(...db.map(({ id }) => id))
    const mine = backup.filter(({ database, error }) => database.id === current && error !== true)
    return {
      name,
      log: archive.find(({ database }) => database.id === current)?.id,
      backups: mine.flatMap(toBackup),
    }
  })
