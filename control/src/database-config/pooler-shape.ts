// How clients reach the database through its pooler: PgBouncer, one for each project. Where Postgres came without
// it, the entrance passes connections on one to one, which is what other products call session mode.

import { computeSizeOf, type StackSpec } from '@plinth/contracts'
import { z } from 'zod'
import type { ControlSettings } from '../frame/settings.ts'

export const Pooler = z.object({
  identifier: z.string(),
  database_type: z.enum(['PRIMARY', 'READ_REPLICA']),
  is_using_scram_auth: z.boolean(),
  db_user: z.string(),
  db_host: z.string(),
  db_port: z.int(),
  db_name: z.string(),
  connection_string: z.string(),
  connectionString: z.string(),
  default_pool_size: z.int().nullable(),
  max_client_conn: z.int().nullable(),
  pool_mode: z.enum(['transaction', 'session']),
})

/** What is in force: chosen by the owner, else given by the size. */
const inForce = (settings: ControlSettings, { database, size, limits }: StackSpec) => {
  const given = computeSizeOf(size)
  return settings.poolerPort === undefined
    ? { mode: 'session' as const, clients: limits.maxConnections, connections: limits.maxConnections }
    : {
        mode: database.pooler?.mode ?? ('transaction' as const),
        clients: given.pooledClients,
        connections: database.pooler?.connections ?? given.poolSize,
      }
}

export const showPooler = (settings: ControlSettings, spec: StackSpec): z.infer<typeof Pooler> => {
  const { domain, databasePort, poolerPort } = settings
  const port = poolerPort ?? databasePort
  const address = `postgresql://postgres.${spec.ref}:[YOUR-PASSWORD]@${domain}:${port}/postgres`
  const { mode, clients, connections } = inForce(settings, spec)
  return {
    identifier: spec.ref,
    database_type: 'PRIMARY',
    is_using_scram_auth: true,
    db_user: `postgres.${spec.ref}`,
    db_host: domain,
    db_port: port,
    db_name: 'postgres',
    connection_string: address,
    connectionString: address,
    default_pool_size: poolerPort === undefined ? null : connections,
    max_client_conn: poolerPort === undefined ? null : clients,
    pool_mode: mode,
  }
}

export const Pgbouncer = z.object({
  pool_mode: z.enum(['transaction', 'session', 'statement']),
  connection_string: z.string(),
  ignore_startup_parameters: z.string(),
  default_pool_size: z.int(),
  max_client_conn: z.int(),
  server_idle_timeout: z.int(),
  server_lifetime: z.int(),
  query_wait_timeout: z.int(),
  reserve_pool_size: z.int(),
})

/** The same in PgBouncer's own terms, its defaults spelled out. */
export const showPgbouncer = (settings: ControlSettings, spec: StackSpec): z.infer<typeof Pgbouncer> => {
  const { mode, clients, connections } = inForce(settings, spec)
  const isPooled = settings.poolerPort !== undefined
  return {
    pool_mode: mode,
    connection_string: showPooler(settings, spec).connection_string,
    ignore_startup_parameters: isPooled ? 'extra_float_digits' : '',
    default_pool_size: connections,
    max_client_conn: clients,
    server_idle_timeout: isPooled ? 60 : 0,
    server_lifetime: isPooled ? 3600 : 0,
    query_wait_timeout: isPooled ? 120 : 0,
    reserve_pool_size: 0,
  }
}
