// How clients reach the database through the entrance. It passes connections on one to one: that is what other
// products call a pooler in session mode, and there is nothing to tune.

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

export const showPooler = (settings: ControlSettings, ref: string): z.infer<typeof Pooler> => {
  const { domain, databasePort } = settings
  const address = `postgresql://postgres.${ref}:[YOUR-PASSWORD]@${domain}:${databasePort}/postgres`
  return {
    identifier: ref,
    database_type: 'PRIMARY',
    is_using_scram_auth: true,
    db_user: `postgres.${ref}`,
    db_host: domain,
    db_port: databasePort,
    db_name: 'postgres',
    connection_string: address,
    connectionString: address,
    default_pool_size: null,
    max_client_conn: null,
    pool_mode: 'session',
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

/** One server connection for each client, for as long as the client stays. */
export const showPgbouncer = (
  settings: ControlSettings,
  ref: string,
  maxConnections: number,
): z.infer<typeof Pgbouncer> => ({
  pool_mode: 'session',
  connection_string: showPooler(settings, ref).connection_string,
  ignore_startup_parameters: '',
  default_pool_size: maxConnections,
  max_client_conn: maxConnections,
  server_idle_timeout: 0,
  server_lifetime: 0,
  query_wait_timeout: 0,
  reserve_pool_size: 0,
})
