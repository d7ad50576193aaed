// The catalogue together with the configuration it was read for. Both are read anew when the database says so,
// and replaced in one moment: a request sees the old pair or the new one.

import type { Observe, RestConfig } from '@plinth/contracts'
import { type ConnectOptions, isDatabaseError, type Pool } from '@plinth/postgres'
import { type Catalogue, type CatalogueWatch, watchCatalogue } from '@plinth/schema'
import { type DatabaseSettings, readDatabaseSettings } from './database-settings.ts'
import { requireSchemas } from './require-schemas.ts'
import { SettingProblem } from './setting-reader.ts'

export type ApiOptions = {
  /** Logged in as the role whose settings count and that requests begin as. */
  readonly pool: Pick<Pool, 'transaction'>
  /** Connection of the listener. */
  readonly connection: ConnectOptions
  /** The configuration with these settings of the database; throws `SettingProblem`. */
  readonly configure: (settings: DatabaseSettings) => RestConfig
  /** Whether settings are looked for in the database, and a function that may make some. */
  readonly inDatabase?: () => { readonly isOn: boolean; readonly preConfig: string | null }
  /** Channel of `notify`, asked after each reading; `null` listens to none. */
  readonly channel?: () => string | null
  /** The database was read anew. */
  readonly onLoad?: () => void
  /** Before each reading; when it fails, so does the reading. */
  readonly onReading?: () => Promise<void>
  /** First wait after a failed reading, in milliseconds. */
  readonly retryMs?: number
  /** A schema that is named but not there keeps the old catalogue in force, as with PostgREST. */
  readonly requiresSchemas?: boolean
  readonly observe: Observe
}

export type Api = {
  readonly current: () => Catalogue | undefined
  readonly config: () => RestConfig
  /** Settles when the first catalogue has been read, or the watch was closed before. */
  readonly ready: Promise<void>
  /** Reads the catalogue anew, and the settings where told or where the database keeps some. */
  readonly reload: (what: 'schema' | 'config') => Promise<void>
  readonly close: () => Promise<void>
}

const none: DatabaseSettings = new Map()

const isSameScope = (a: RestConfig, b: RestConfig): boolean =>
  JSON.stringify([a.schemas, a.extraSearchPath]) === JSON.stringify([b.schemas, b.extraSearchPath])

/** The database is not there to be asked; anything else is a mistake of its owner. */
const isAbsence = (error: unknown): boolean => isDatabaseError(error) && /^(08|57P|53)/.test(error.sqlstate)

export const watchApi = (options: ApiOptions): Api => {
  const { pool, observe, inDatabase = () => ({ isOn: true, preConfig: null }) } = options
  let config = options.configure(none)
  let next = config
  /** Where the database keeps no settings, a change of the schema is no reason to read them. */
  let isAsked = true

  const readSettings = async (): Promise<DatabaseSettings> => {
    const { isOn, preConfig } = inDatabase()
    isAsked = false
    if (!isOn) return none
    try {
      return await readDatabaseSettings(pool, preConfig)
    } catch (error) {
      if (isAbsence(error)) throw error
      observe({ level: 'warn', event: 'settings.read_failed', error })
      return none
    }
  }

  const configure = (settings: DatabaseSettings): RestConfig => {
    try {
      return options.configure(settings)
    } catch (error) {
      if (!(error instanceof SettingProblem)) throw error
      observe({ level: 'warn', event: 'settings.not_valid', fields: { problem: error.message } })
      return config
    }
  }

  const watch: CatalogueWatch = watchCatalogue({
    query: pool,
    connection: options.connection,
    scope: async () => {
      if (isAsked || inDatabase().isOn) next = configure(await readSettings())
      // What does not change the catalogue need not wait for it.
      if (watch.current() !== undefined && isSameScope(next, config)) config = next
      await options.onReading?.()
      if (options.requiresSchemas === true)
        await requireSchemas(pool, [...next.schemas, ...next.extraSearchPath])
      return { schemas: next.schemas, extraSearchPath: next.extraSearchPath }
    },
    onNotice: (payload) => {
      isAsked ||= payload === 'reload config'
    },
    onLoad: () => {
      config = next
      options.onLoad?.()
    },
    ...(options.channel === undefined ? undefined : { channel: options.channel }),
    ...(options.retryMs === undefined ? undefined : { retryMs: options.retryMs }),
    observe,
  })

  return {
    current: watch.current,
    config: () => config,
    ready: watch.ready,
    reload: (what) => {
      isAsked ||= what === 'config'
      return watch.reload()
    },
    close: watch.close,
  }
}
