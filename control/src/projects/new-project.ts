// What a new project is made of, whether it stands alone or is a branch: row, port, sealed spec and keys of its own.

import { newRef } from '@plinth/crypto'
import type { Queries } from '@plinth/postgres'
import { newProjectKeys } from '../api-keys/new-keys.ts'
import { insertKey } from '../api-keys/queries.ts'
import { stackKeys } from '../api-keys/stack-keys.ts'
import type { Platform } from '../frame/call.ts'
import { findPort } from './find-port.ts'
import { insertProject } from './queries.ts'
import type { ProjectRow } from './rows.ts'
import { insertSpec, newJwtSecret, newSpec } from './spec.ts'

export type ProjectWish = {
  readonly organizationId: string
  readonly name: string
  readonly region: string
  readonly size: string
  readonly ownerPassword: string
  /** Of a branch. */
  readonly parentRef?: string
  /** Its database starts as a copy of its parent's, rows and all. */
  readonly withData?: boolean
  /** Its database starts as a copy of this one's, which may have been deleted. */
  readonly source?: string
}

/** Inside a transaction; `applySpec` follows it. */
export const addProject = async (
  { key, settings }: Platform,
  db: Queries,
  wish: ProjectWish,
): Promise<ProjectRow> => {
  const { size, ownerPassword } = wish
  const ref = newRef()
  const jwtSecret = newJwtSecret()
  const keys = newProjectKeys(key, ref, jwtSecret)
  const loopbackPort = await findPort(db, settings)
  const row = await insertProject(db, {
    ref,
    organization_id: wish.organizationId,
    name: wish.name,
    region: wish.region,
    size,
    loopback_port: loopbackPort,
    parent_ref: wish.parentRef ?? null,
  })
  for (const one of keys) await insertKey(db, one)
  const source = wish.source ?? (wish.withData ? wish.parentRef : undefined)
  const parts = { ref, size, loopbackPort, ownerPassword, jwtSecret, apiKeys: stackKeys(keys), source }
  await insertSpec(db, key, newSpec(settings, parts))
  return row
}
