// Brings the functions of one project into another, as they answer there: those that differ, and none is removed.

import type { Queries } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { changeDeployed } from './change-functions.ts'
import { activateVersion, addVersion } from './deploy.ts'
import { listDeployed, readFilesOf } from './queries.ts'
import type { Deployed } from './rows.ts'

/** Everything about a deployment that changes how it answers. */
const signature = ({ version: v }: Deployed): string =>
  JSON.stringify([v.digest, v.kind, v.name, v.verify_jwt, v.entrypoint_path, v.import_map_path])

const listChanged = async (db: Queries, from: string, to: string): Promise<readonly Deployed[]> => {
  const there = new Map((await listDeployed(db, to)).map((one) => [one.fn.slug, signature(one)]))
  return (await listDeployed(db, from)).filter((one) => there.get(one.fn.slug) !== signature(one))
}

const copy = async (db: Queries, from: string, to: string, { fn, version }: Deployed): Promise<void> => {
  const contents = await readFilesOf(
    db,
    from,
    version.files.map(({ digest }) => digest),
  )
  const files = version.files.map(({ path, digest }) => {
    return { path, bytes: Buffer.from(contents.get(digest) ?? []) }
  })
  const added = await addVersion(db, to, {
    slug: fn.slug,
    name: version.name,
    verifyJwt: version.verify_jwt,
    entrypointPath: version.entrypoint_path,
    importMapPath: version.import_map_path,
    kind: version.kind,
    digest: version.digest,
    files,
  })
  await activateVersion(db, added.version)
}

/** Slugs of what was deployed; all of them or none. */
export const copyFunctions = async (
  platform: Platform,
  from: string,
  to: string,
): Promise<readonly string[]> => {
  if ((await listChanged(platform.db, from, to)).length === 0) return []
  return changeDeployed(platform, to, async (db) => {
    const changed = await listChanged(db, from, to)
    for (const one of changed) await copy(db, from, to, one)
    return changed.map(({ fn }) => fn.slug)
  })
}
