// The Postgres programs that `tools/bootstrap.mjs` found or made, as it wrote them down.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterErrors } from './errors.ts'

export type Runtime = {
  readonly binDir: string
  /** `17.12` */
  readonly version: string
  /** Version of pgvector; absent when this Postgres has none. */
  readonly vector?: string
  /** Libraries this Postgres has that must be there from its start, as `pg_cron`. */
  readonly preload?: readonly string[]
  /** Digest of the platform's own extensions; absent when this Postgres does not have them. */
  readonly extensions?: string
}

/** Extensions that only work when the server loads their library as it starts. */
const preloadable = ['pg_cron', 'pgaudit']

export type FindRuntimeOptions = {
  /** The folder `.runtime` of the checkout. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

type RuntimeRecord = Runtime & { readonly shareDir?: string }

const isRuntime = (value: unknown): value is RuntimeRecord => {
  // Every field is looked at below.
  const { binDir, version, ...rest } = (value ?? {}) as Record<string, unknown>
  const isText = (name: string): boolean => rest[name] === undefined || typeof rest[name] === 'string'
  return (
    typeof binDir === 'string' &&
    typeof version === 'string' &&
    ['vector', 'shareDir', 'extensions'].every(isText)
  )
}

const findPreload = (shareDir: string | undefined): readonly string[] =>
  preloadable.filter((name) => shareDir && existsSync(join(shareDir, 'extension', `${name}.control`)))

/** Says where Postgres is; throws when the bootstrap has not run, or ran with another `PG_BIN_DIR`. */
export const findRuntime = async ({ folder, env }: FindRuntimeOptions): Promise<Runtime> => {
  const text = await readFile(join(folder, 'runtime.json'), 'utf8').catch(() => 'null')
  const record: unknown = JSON.parse(text)
  if (!isRuntime(record)) throw clusterErrors.runtimeMissing()
  const wanted = env['PG_BIN_DIR']
  if (wanted && wanted !== record.binDir) throw clusterErrors.runtimeChanged(wanted)
  const { binDir, version, vector, extensions, shareDir } = record
  return {
    binDir,
    version,
    preload: findPreload(shareDir),
    ...(vector === undefined ? {} : { vector }),
    ...(extensions === undefined ? {} : { extensions }),
  }
}

/** `17` of `17.12`. */
export const majorOf = (runtime: Runtime): number => Number.parseInt(runtime.version, 10)
