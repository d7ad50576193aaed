// The spec of a project: everything its stack must be, sealed with the installation key wherever it rests.

import { randomBytes } from 'node:crypto'
import { computeSizeOf, type StackApiKey, StackSpec } from '@plinth/contracts'
import { newPassword, seal, unseal } from '@plinth/crypto'
import { ident, type Queries, sql } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import type { ControlSettings } from '../frame/settings.ts'
import { errors } from './errors.ts'
import { lockProject } from './queries.ts'
import type { ProjectRow } from './rows.ts'

/** `http://{ref}.{domain}:{port}`, without the port where it is HTTP's own. */
export const publicUrl = (settings: ControlSettings, ref: string): string =>
  `http://${ref}.${settings.domain}${settings.port === 80 ? '' : `:${settings.port}`}`

export const newJwtSecret = (): string => randomBytes(64).toString('base64')

export type NewSpec = {
  readonly ref: string
  readonly size: string
  readonly loopbackPort: number
  readonly ownerPassword: string
  readonly jwtSecret: string
  readonly apiKeys: readonly StackApiKey[]
  /** The project whose database it starts as a copy of. */
  readonly source?: string | undefined
}

const newPasswords = (ownerPassword: string): StackSpec['database']['passwords'] => ({
  postgres: ownerPassword,
  supabase_admin: newPassword(),
  authenticator: newPassword(),
  supabase_auth_admin: newPassword(),
  supabase_storage_admin: newPassword(),
  supabase_read_only_user: newPassword(),
  plinth_sql: newPassword(),
})

export const newSpec = (settings: ControlSettings, project: NewSpec): StackSpec =>
  StackSpec.parse({
    ref: project.ref,
    version: 1,
    size: project.size,
    ...(project.source !== undefined && { source: { ref: project.source } }),
    publicUrl: publicUrl(settings, project.ref),
    loopbackPort: project.loopbackPort,
    jwt: { secret: project.jwtSecret },
    apiKeys: project.apiKeys,
    database: { passwords: newPasswords(project.ownerPassword) },
    rest: {},
    auth: {},
    limits: { maxConnections: computeSizeOf(project.size).directClients },
  })

const sealSpec = (key: Buffer, spec: StackSpec): string => seal(key, JSON.stringify(spec))

export const insertSpec = async (db: Queries, key: Buffer, spec: StackSpec): Promise<void> => {
  await db.run(sql`
    insert into specs (ref, version, sealed) values (${spec.ref}, ${spec.version}, ${sealSpec(key, spec)})`)
}

export const getSpec = async (db: Queries, key: Buffer, ref: string): Promise<StackSpec> => {
  const { sealed } = await db.one<{ sealed: string }>(sql`select sealed from specs where ref = ${ref}`)
  return StackSpec.parse(JSON.parse(unseal(key, sealed).toString()))
}

export const listSpecVersions = async (db: Queries): Promise<ReadonlyMap<string, number>> => {
  const rows = await db.query<{ ref: string; version: number }>(sql`select ref, version from specs`)
  return new Map(rows.map((row) => [row.ref, row.version]))
}

const tablesOfSecrets = [
  'specs',
  'api_keys',
  'project_settings',
  'function_secrets',
  'signing_keys',
  'auth_integrations',
  'functions',
  'function_files',
  'snippets',
  'notebooks',
  'host_names',
]

/** Of a removed project only its row stays: no password, no key, no code. */
export const forgetSecrets = async (db: Queries, ref: string): Promise<void> => {
  for (const table of tablesOfSecrets) await db.run(sql`delete from ${ident(table)} where ref = ${ref}`)
}

/** Writes the changed spec under the next version. The project's row must be locked. */
export const writeSpec = async (db: Queries, key: Buffer, spec: StackSpec): Promise<void> => {
  const next = StackSpec.parse({ ...spec, version: spec.version + 1 })
  await db.run(sql`
    update specs set version = ${next.version}, sealed = ${sealSpec(key, next)}, updated_at = now()
     where ref = ${next.ref}`)
}

/** One change of a project; `project` and `spec` are as they are under the lock. */
export type Change<T> = (held: {
  readonly db: Queries
  readonly project: ProjectRow
  readonly spec: StackSpec
}) => Promise<{ readonly result: T; readonly spec?: StackSpec }>

/** A project that is to be changed, and what for: the word a refusal uses. */
type Wish = { readonly ref: string; readonly wish: string }

/** Part of a larger transaction, after which the host is to be told. */
export const changeWithin = async <T>(
  db: Queries,
  key: Buffer,
  { ref, wish }: Wish,
  change: Change<T>,
): Promise<Awaited<ReturnType<Change<T>>>> => {
  const project = await lockProject(db, ref)
  if (project === undefined) throw frameErrors.projectNotFound()
  if (project.status === 'REMOVED') throw frameErrors.projectRemoved()
  if (project.status === 'GOING_DOWN') throw errors.conflict('GOING_DOWN', wish)
  const outcome = await change({ db, project, spec: await getSpec(db, key, ref) })
  if (outcome.spec !== undefined) await writeSpec(db, key, outcome.spec)
  return outcome
}

/**
 * Changes a project, one change at a time: a second one waits for the first. When the spec changed, the
 * host is told before this returns, or as soon as it can be reached.
 */
export const changeProject = async <T>(
  platform: Platform,
  ref: string,
  wish: string,
  change: Change<T>,
): Promise<T> => {
  const { db, key } = platform
  const changed = await db.transaction((session) => changeWithin(session, key, { ref, wish }, change))
  if (changed.spec !== undefined) await platform.applySpec(ref)
  return changed.result
}
