// What the REST API of a branch is made from: its catalogue, and the spec's configuration with what the owner
// keeps in the database (`alter role authenticator set pgrst.…`) over it.

import type { Observe, RestConfig, StackSpec } from '@plinth/contracts'
import {
  type Api,
  type DatabaseSettings,
  databaseSource,
  isSafeUpdateOn,
  readRestSettings,
  settingReader,
  watchApi,
} from '@plinth/rest'
import { type Database, untilDatabaseAnswers } from './database.ts'

export type LateApi = Pick<Api, 'current' | 'config' | 'close'> & {
  /** Settles when the first catalogue has been read. */
  readonly open: (signal: AbortSignal) => Promise<void>
}

const patienceMs = 18_000

/** Reads nothing before `open`: until then there is no catalogue, and the spec's configuration. */
export const openApi = (
  spec: StackSpec,
  database: Database,
  observe: Observe,
  onLoad?: () => void,
): LateApi => {
  let api: Api | undefined
  // Who runs a request is the gateway's to say, so the anonymous role stays the spec's.
  const configure = (settings: DatabaseSettings): RestConfig => ({
    ...readRestSettings(settingReader(databaseSource(settings)), spec.rest),
    anonRole: spec.rest.anonRole,
    safeUpdate: isSafeUpdateOn(settings),
  })
  return {
    current: () => api?.current(),
    config: () => api?.config() ?? spec.rest,
    open: async (signal) => {
      await untilDatabaseAnswers(database, patienceMs, signal)
      const { reader: pool, connection } = database
      api = watchApi({ pool, connection, configure, observe, ...(onLoad && { onLoad }) })
      await api.ready
    },
    close: async () => api?.close(),
  }
}
