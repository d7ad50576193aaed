// The Postgres programs that `tools/bootstrap.mjs` found or made, as it wrote them down.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterErrors } from './errors.ts'

export type Runtime = {
  readonly binDir: string
  /** `17.12` */
  readonly version: string
  /** Version of pgvector; absent when this Postgres has none. */
  readonly vector?: string
}

export type FindRuntimeOptions = {
  /** The folder `.runtime` of the checkout. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const isRuntime = (value: unknown): value is Runtime => {
  // Every field is looked at below.
  const { binDir, version, vector } = (value ?? {}) as Record<string, unknown>
  return (
    typeof binDir === 'string' &&
    typeof version === 'string' &&
    (vector === undefined || typeof vector === 'string')
  )
}

/** Says where Postgres is; throws when the bootstrap has not run, or ran with another `PG_BIN_DIR`. */
export const findRuntime = async ({ folder, env }: FindRuntimeOptions): Promise<Runtime> => {
  const text = await readFile(join(folder, 'runtime.json'), 'utf8').catch(() => 'null')
  const record: unknown = JSON.parse(text)
  if (!isRuntime(record)) throw clusterErrors.runtimeMissing()
  const wanted = env['PG_BIN_DIR']
  if (wanted && wanted !== record.binDir) throw clusterErrors.runtimeChanged(wanted)
  const { binDir, version, vector } = record
  return vector === undefined ? { binDir, version } : { binDir, version, vector }
}

/** `17` of `17.12`. */
export const majorOf = (runtime: Runtime): number => Number.parseInt(runtime.version, 10)
