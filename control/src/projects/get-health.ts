// State of a project's services. A sleeping project is healthy and is not woken, unless the database itself
// is asked for: then the question is put to it.

import { z } from 'zod'
import { askDatabase } from '../database/ask-database.ts'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import type { ProjectStatus } from './project-status.ts'
import { getProject } from './queries.ts'
import { getSpec } from './spec.ts'

const ServiceName = z.enum([
  'auth',
  'db',
  'db_postgres_user',
  'pooler',
  'realtime',
  'rest',
  'storage',
  'pg_bouncer',
])
type ServiceName = z.infer<typeof ServiceName>

const ServiceHealth = z.object({
  name: ServiceName,
  healthy: z.boolean(),
  status: z.enum(['COMING_UP', 'ACTIVE_HEALTHY', 'UNHEALTHY']),
  info: z
    .union([
      z.object({ name: z.literal('GoTrue'), version: z.string(), description: z.string() }),
      z.object({
        healthy: z.boolean(),
        db_connected: z.boolean(),
        replication_connected: z.boolean(),
        connected_cluster: z.int(),
      }),
      z.object({ db_schema: z.string() }),
    ])
    .optional(),
  error: z.string().optional(),
})
type ServiceHealth = z.infer<typeof ServiceHealth>
type Info = ServiceHealth['info']

const comingUp: readonly ProjectStatus[] = ['COMING_UP', 'RESTORING', 'RESTARTING', 'RESIZING']
const defaultTimeoutMs = 5000

const down = (name: ServiceName, error: string): ServiceHealth => ({
  name,
  healthy: false,
  status: 'UNHEALTHY',
  error,
})

const up = (name: ServiceName, info?: Info): ServiceHealth => ({
  name,
  healthy: true,
  status: 'ACTIVE_HEALTHY',
  ...(info !== undefined && { info }),
})

const infoOf = async (call: Call, ref: string, name: ServiceName): Promise<Info> => {
  if (name === 'auth') return { name: 'GoTrue', version: 'v2.180.0', description: 'Users and sessions' }
  if (name === 'realtime') {
    return { healthy: true, db_connected: true, replication_connected: true, connected_cluster: 1 }
  }
  if (name !== 'rest') return undefined
  const spec = await getSpec(call.db, call.key, ref)
  return { db_schema: spec.rest.schemas.join(',') }
}

const checkDatabase = async (
  call: Call,
  ref: string,
  name: ServiceName,
  timeoutMs: number,
): Promise<ServiceHealth> => {
  try {
    await askDatabase(call, ref, timeoutMs)
    return up(name)
  } catch (error) {
    return down(name, error instanceof Error ? error.message : String(error))
  }
}

/** PgBouncer comes with Postgres, or does not; started by its first client, it is as well as the project is. */
const isOffered = ({ services, poolerPort }: Call['settings'], name: ServiceName): boolean =>
  name === 'pooler' || name === 'pg_bouncer' ? poolerPort !== undefined : services.includes(name)

type Question = { readonly ref: string; readonly status: ProjectStatus; readonly timeoutMs: number }

const check = async (
  call: Call,
  { ref, status, timeoutMs }: Question,
  name: ServiceName,
): Promise<ServiceHealth> => {
  if (comingUp.includes(status)) return { name, healthy: false, status: 'COMING_UP' }
  if (status !== 'ACTIVE_HEALTHY') return down(name, `The project is ${status}.`)
  if (!isOffered(call.settings, name)) return down(name, 'This installation does not offer it.')
  if (name === 'db' || name === 'db_postgres_user') return checkDatabase(call, ref, name, timeoutMs)
  return up(name, await infoOf(call, ref, name))
}

export const getHealth = operation({
  name: 'projects.health',
  about: 'Says how the services of a project are, in the order asked.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/health',
    status: 200,
    id: 'v1-get-services-health',
    tag: 'Projects',
  },
  scope: onProject('project_admin_read'),
  input: z.object({
    ...byRef,
    services: z.array(ServiceName),
    timeout_ms: z.int().min(0).max(10_000).optional(),
  }),
  output: z.array(ServiceHealth),
  run: async (call, { ref, services, timeout_ms }) => {
    const { status } = await getProject(call.db, ref)
    const question = { ref, status, timeoutMs: timeout_ms || defaultTimeoutMs }
    return Promise.all(services.map((name) => check(call, question, name)))
  },
})
