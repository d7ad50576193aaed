// Statements on `host_names`, and what they mean for the project's spec.

import type { StackSpec } from '@plinth/contracts'
import { type Queries, sql } from '@plinth/postgres'
import type { ControlSettings } from '../frame/settings.ts'
import { publicUrl } from '../projects/spec.ts'

export type HostName = {
  readonly ref: string
  readonly kind: 'subdomain' | 'hostname'
  readonly host: string
  readonly challenge: string
  readonly status: 'initiated' | 'verified' | 'reachable' | 'active'
  readonly problems: readonly string[]
}

export const findHostName = (
  db: Queries,
  ref: string,
  kind: HostName['kind'],
): Promise<HostName | undefined> =>
  db.maybe<HostName>(sql`
    select ref, kind, host, challenge, status, problems from host_names where ref = ${ref} and kind = ${kind}`)

export const isHostTaken = async (db: Queries, host: string, except: string): Promise<boolean> =>
  (await db.maybe(sql`
    select 1 from host_names where host = ${host} and ref <> ${except} and status <> 'initiated'`)) !==
  undefined

export const writeHostName = async (db: Queries, name: HostName): Promise<void> => {
  const { ref, kind, host, challenge, status, problems } = name
  await db.run(sql`
    insert into host_names (ref, kind, host, challenge, status, problems)
    values (${ref}, ${kind}, ${host}, ${challenge}, ${status}, ${JSON.stringify(problems)}::jsonb)
    on conflict (ref, kind) do update set host = excluded.host, challenge = excluded.challenge,
           status = excluded.status, problems = excluded.problems`)
}

export const removeHostName = async (db: Queries, ref: string, kind: HostName['kind']): Promise<void> => {
  await db.run(sql`delete from host_names where ref = ${ref} and kind = ${kind}`)
}

/** One change of names at a time in the whole installation, so that two projects never get the same one. */
export const lockHostNames = async (db: Queries): Promise<void> => {
  await db.run(sql`select pg_advisory_xact_lock(hashtext('host_names'))`)
}

const isServed = ({ status }: HostName): boolean => status === 'reachable' || status === 'active'

/** The address people know: the owner's own name, else the one under our domain, else the ref's. */
const addressOf = (settings: ControlSettings, ref: string, names: readonly HostName[]): string => {
  const active = names.filter(({ status }) => status === 'active')
  const { host, kind } = active.find((name) => name.kind === 'hostname') ?? active[0] ?? {}
  if (host === undefined) return publicUrl(settings, ref)
  if (kind === 'subdomain') return publicUrl(settings, host.slice(0, -settings.domain.length - 1))
  const { tlsPort } = settings
  const port = tlsPort ?? settings.port
  const scheme = tlsPort === undefined ? 'http' : 'https'
  return `${scheme}://${host}${port === (tlsPort === undefined ? 80 : 443) ? '' : `:${port}`}`
}

/** The spec with the names the project has now. */
export const specWithNames = async (
  db: Queries,
  settings: ControlSettings,
  spec: StackSpec,
): Promise<StackSpec> => {
  const names = await db.query<HostName>(sql`
    select ref, kind, host, challenge, status, problems from host_names where ref = ${spec.ref} order by kind`)
  return {
    ...spec,
    publicUrl: addressOf(settings, spec.ref, names),
    hosts: names.filter(isServed).map(({ host }) => host),
  }
}
