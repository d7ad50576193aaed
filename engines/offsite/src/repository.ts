// The databases in the bucket: a repository of pgBackRest with one stanza for each, which is named as its branch.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, failureCode, makeBackrest } from './backrest.ts'
import { parseInfo, type Stanza } from './info.ts'
import { prepareRepository, type RepositorySettings } from './repository-settings.ts'

export type Signalled = { readonly signal?: AbortSignal | undefined }

/** Which database a stanza is of, and where its files are. */
export type Database = { readonly system: string; readonly dataDir: string }

/** A server that runs. */
export type BackupSource = {
  readonly dataDir: string
  readonly socketDir: string
  readonly user: string
  readonly password: string
  readonly bytes: number
}

export type Repository = {
  /** Where log is unpacked that the archive keeps compressed. */
  readonly unpacked: string
  /** Ends what an earlier process has left running, which would keep its locks. */
  readonly takeOver: () => Promise<void>
  /** Makes the stanza of this database, or tells it of another database under the same name; once for all who ask. */
  readonly ensure: (stanza: string, database: Database, how?: Signalled) => Promise<void>
  /** One piece of the log, under its name. */
  readonly push: (stanza: string, file: string, how?: Signalled) => Promise<void>
  /** What changed since the last one or, if `isFull`, everything. */
  readonly backUp: (
    stanza: string,
    source: BackupSource,
    how: Signalled & { readonly isFull: boolean },
  ) => Promise<void>
  readonly remove: (stanza: string, how?: Signalled) => Promise<void>
  readonly list: () => Promise<readonly Stanza[]>
  /** Into a folder that does not exist or is empty. */
  readonly restore: (stanza: string, label: string, dataDir: string) => Promise<void>
  /** A piece of the log of the database that `dataDir` is of. */
  readonly fetchLog: (stanza: string, dataDir: string, name: string, file: string) => Promise<void>
}

/** Says of a stanza that it is of another database (error.yaml of pgBackRest: `file-invalid`). */
const STANZA_MISMATCH = 28

/** From here on changes go by blocks. For small files that takes more processor time, and saves little. */
const LARGE_BYTES = 256 * 2 ** 20

/** Each file is written to the disk before the next: more at once wait for it together. */
const RESTORE_AT_ONCE = 8

const pathOf = (dataDir: string): Environment => ({ PGBACKREST_PG1_PATH: dataDir })

export const openRepository = async (program: string, settings: RepositorySettings): Promise<Repository> => {
  const run = makeBackrest(program, settings.bucket.bucket, await prepareRepository(settings))
  const at = (stanza: string) => `--stanza=${stanza}`
  const makeStanza = async (stanza: string, dataDir: string, signal?: AbortSignal): Promise<void> => {
    const how = { env: pathOf(dataDir), signal }
    try {
      await run([at(stanza), '--no-online', 'stanza-create'], how)
    } catch (error) {
      if (failureCode(error) !== STANZA_MISMATCH) throw error
      await run([at(stanza), '--no-online', 'stanza-upgrade'], how)
    }
  }
  // pgBackRest refuses to look at a stanza that is being made or backed up, so those who come later do not ask again.
  const made = new Map<string, { readonly system: string; readonly isMade: Promise<void> }>()
  return {
    unpacked: join(settings.folder, 'unpacked'),
    takeOver: async () => {
      await run(['stop', '--force'])
      await run(['start'])
    },
    ensure: (stanza, { system, dataDir }, { signal } = {}) => {
      const before = made.get(stanza)
      if (before?.system === system) return before.isMade
      const isMade = (before?.isMade ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => makeStanza(stanza, dataDir, signal))
      made.set(stanza, { system, isMade })
      isMade.catch(() => made.get(stanza)?.isMade === isMade && made.delete(stanza))
      return isMade
    },
    push: async (stanza, file, { signal } = {}) => {
      await run([at(stanza), 'archive-push', file], { signal })
    },
    backUp: async (stanza, { dataDir, socketDir, user, password, bytes }, { isFull, signal }) => {
      const env = {
        ...pathOf(dataDir),
        PGBACKREST_PG1_SOCKET_PATH: socketDir,
        PGBACKREST_PG1_USER: user,
        PGPASSWORD: password,
        PGBACKREST_REPO1_BLOCK: bytes < LARGE_BYTES ? 'n' : 'y',
      }
      await run([at(stanza), `--type=${isFull ? 'full' : 'incr'}`, 'backup'], { env, signal })
    },
    remove: async (stanza, { signal } = {}) => {
      made.delete(stanza)
      // Nothing of it may be at work meanwhile.
      await run([at(stanza), 'stop'], { signal })
      await run([at(stanza), '--force', 'stanza-delete'], { env: pathOf('/nonexistent'), signal })
    },
    list: async () => parseInfo(await run(['--output=json', 'info'])),
    restore: async (stanza, label, dataDir) => {
      const how = [`--set=${label}`, '--type=none', `--process-max=${RESTORE_AT_ONCE}`]
      await run([at(stanza), ...how, 'restore'], { env: pathOf(dataDir) })
    },
    fetchLog: async (stanza, dataDir, name, file) => {
      await rm(file, { force: true })
      await run([at(stanza), 'archive-get', name, file], { env: pathOf(dataDir) })
    },
  }
}
