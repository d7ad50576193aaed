// The step that every form of deployment ends in: keep the files, write a version, make it answer.

import type { StackFunction, StackFunctions } from '@plinth/contracts'
import { sha256Hex } from '@plinth/crypto'
import type { Queries } from '@plinth/postgres'
import { findModules } from './check-imports.ts'
import {
  activate,
  ensureFunction,
  insertVersion,
  listDeployed,
  nextVersion,
  putFile,
  sweepFiles,
} from './queries.ts'
import type { Deployed, VersionRow } from './rows.ts'
import type { SourceFile } from './source-files.ts'

/** What was deployed, whichever way it came. */
export type Deployment = {
  readonly slug: string
  /** Absent: the name stays, or is the slug. */
  readonly name: string | undefined
  readonly verifyJwt: boolean
  readonly entrypointPath: string
  readonly importMapPath: string | null
  readonly kind: VersionRow['kind']
  readonly files: readonly SourceFile[]
  /** A client's own digest of its bundle, which it compares with later. */
  readonly digest?: string | undefined
}

export type Sources = {
  readonly files: readonly SourceFile[]
  readonly entrypoint: string
  readonly importMap: string | undefined
}

/** Sources whose imports are all there. */
export const fromSources = ({ files, entrypoint, importMap }: Sources) => {
  const found = findModules(files, entrypoint, importMap)
  return {
    kind: 'sources' as const,
    files,
    entrypointPath: found.entrypoint.path,
    importMapPath: found.importMap?.path ?? null,
  }
}

/** The name of a bundle among the files of its version. */
export const bundleName = 'bundle.eszip'

const keepFiles = async (db: Queries, ref: string, files: readonly SourceFile[]) => {
  const kept = files.map(({ path, bytes }) => ({ path, digest: sha256Hex(bytes), bytes }))
  for (const { digest, bytes } of kept) await putFile(db, ref, digest, bytes)
  return kept.map(({ path, digest }) => ({ path, digest }))
}

/** Writes the next version without making it answer. */
export const addVersion = async (db: Queries, ref: string, wish: Deployment): Promise<Deployed> => {
  const fn = await ensureFunction(db, ref, wish.slug, wish.name ?? wish.slug)
  const files = await keepFiles(db, ref, wish.files)
  const version: VersionRow = {
    function_id: fn.id,
    version: await nextVersion(db, fn),
    name: wish.name ?? fn.name,
    verify_jwt: wish.verifyJwt,
    entrypoint_path: wish.entrypointPath,
    import_map_path: wish.importMapPath,
    digest: wish.digest ?? sha256Hex(JSON.stringify([wish.entrypointPath, files])),
    kind: wish.kind,
    files,
  }
  await insertVersion(db, version)
  return { fn, version }
}

export const activateVersion = async (db: Queries, version: VersionRow): Promise<Deployed> => ({
  fn: await activate(db, version),
  version,
})

const forStack = ({ fn, version }: Deployed): StackFunction => ({
  id: fn.id,
  slug: fn.slug,
  version: version.version,
  verifyJwt: version.verify_jwt,
  entrypoint: version.entrypoint_path,
  importMap: version.import_map_path,
  digest: version.digest,
  kind: version.kind,
})

/** What the spec says after a change: every function that answers. */
export const withDeployed = async (
  db: Queries,
  ref: string,
  functions: StackFunctions,
): Promise<StackFunctions> => {
  await sweepFiles(db, ref)
  return { ...functions, deployed: (await listDeployed(db, ref)).map(forStack) }
}
