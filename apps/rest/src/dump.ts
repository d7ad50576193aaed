// What is shown without serving anything: the configuration as it counts, and the catalogue.

import type { Observe } from '@plinth/contracts'
import { openPool, type Pool } from '@plinth/postgres'
import { type DatabaseSettings, readDatabaseSettings } from '@plinth/rest'
import { readCatalogue } from '@plinth/schema'
import { parseConnection, type Surroundings } from './config/connection-string.ts'
import { dumpSettings } from './config/dump-settings.ts'
import { type Loaded, loadSettings } from './config/load-settings.ts'
import { renderSchemaCache } from './schema-cache.ts'

export type DumpOptions = {
  readonly surroundings: Surroundings
  readonly file: string | undefined
  readonly observe: Observe
}

const withPool = async <T>(
  { settings }: Loaded,
  { surroundings, observe }: DumpOptions,
  work: (pool: Pool) => Promise<T>,
): Promise<T> => {
  const connection = parseConnection(settings.database.uri, surroundings)
  const pool = openPool({ ...connection, size: 1, observe })
  try {
    return await work(pool)
  } finally {
    await pool.close()
  }
}

/** A database that cannot be asked has no settings; that is told, and the rest is shown. */
const loadAll = async (options: DumpOptions): Promise<Loaded> => {
  const { surroundings, file, observe } = options
  const first = loadSettings({ env: surroundings.env, file, database: new Map() })
  const { config, preConfig } = first.settings.database
  if (!config) return first
  const none: DatabaseSettings = new Map()
  const database = await withPool(first, options, (pool) => readDatabaseSettings(pool, preConfig)).catch(
    (error: unknown) => {
      observe({ level: 'error', event: 'settings.read_failed', error })
      return none
    },
  )
  return loadSettings({ env: surroundings.env, file, database, before: first })
}

export const dumpConfig = async (options: DumpOptions): Promise<string> =>
  dumpSettings(await loadAll(options))

export const dumpSchema = async (options: DumpOptions): Promise<string> => {
  const loaded = await loadAll(options)
  return withPool(loaded, options, async (pool) =>
    renderSchemaCache(await readCatalogue(pool, loaded.settings.api)),
  )
}
