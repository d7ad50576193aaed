// A project as replies show it: upstream's keys, our addresses, and why it failed if it did.

import { z } from 'zod'
import type { ControlSettings } from '../frame/settings.ts'
import { projectStatus } from './project-status.ts'
import type { ProjectRow } from './rows.ts'
import { publicUrl } from './spec.ts'

const Endpoints = z.object({
  api: z.string().describe('Address of the project at the entrance, by host name.'),
  api_loopback: z.string().describe('The same project on this machine without a host name.'),
  db: z.string().describe('Connection string of the database; the password is yours.'),
  pooler: z.string().nullable().describe('The same in transaction mode, for many short connections.'),
  pooler_reason: z.string().optional().describe('Why there is no pooler.'),
})

export const Project = z.object({
  id: z.string(),
  ref: z.string(),
  organization_id: z.string(),
  organization_slug: z.string(),
  name: z.string(),
  region: z.string(),
  created_at: z.string(),
  status: z.enum(projectStatus.states as [string, ...string[]]),
  status_reason: z
    .string()
    .optional()
    .describe(
      'Why the project failed, while it is in a failed state; or why its last restore changed nothing.',
    ),
  endpoints: Endpoints,
  parent_project_ref: z.string().optional().describe('Of a branch: the project it belongs to.'),
  is_branch_enabled: z.boolean(),
})

export const ProjectWithDatabase = Project.extend({
  database: z.object({
    host: z.string(),
    version: z.string(),
    postgres_engine: z.string(),
    release_channel: z.string(),
  }),
})

/** What rename and delete answer. */
export const ProjectNumber = z.object({ id: z.int(), ref: z.string(), name: z.string() })

const endpoints = (settings: ControlSettings, row: ProjectRow): z.infer<typeof Endpoints> => ({
  api: publicUrl(settings, row.ref),
  api_loopback: `http://127.0.0.1:${row.loopback_port}`,
  db: `postgresql://postgres.${row.ref}:[YOUR-PASSWORD]@${settings.domain}:${settings.databasePort}/postgres`,
  ...(settings.poolerPort === undefined
    ? { pooler: null, pooler_reason: 'The Postgres of this installation came without PgBouncer.' }
    : {
        pooler: `postgresql://postgres.${row.ref}:[YOUR-PASSWORD]@${settings.domain}:${settings.poolerPort}/postgres`,
      }),
})

export const showProject = (settings: ControlSettings, row: ProjectRow): z.infer<typeof Project> => ({
  id: row.ref,
  ref: row.ref,
  organization_id: row.organization_id,
  organization_slug: row.organization_id,
  name: row.name,
  region: row.region,
  created_at: row.created_at,
  status: row.status,
  ...(row.status_reason !== null && { status_reason: row.status_reason }),
  endpoints: endpoints(settings, row),
  ...(row.parent_ref !== null && { parent_project_ref: row.parent_ref }),
  is_branch_enabled: row.has_branches || row.parent_ref !== null,
})

/** Until the host has said which release it runs. */
const unknownVersion = '17'

export const showWithDatabase = (
  settings: ControlSettings,
  row: ProjectRow,
): z.infer<typeof ProjectWithDatabase> => ({
  ...showProject(settings, row),
  database: {
    host: `db.${row.ref}.${settings.domain}`,
    version: row.postgres_version ?? unknownVersion,
    postgres_engine: '17',
    release_channel: 'ga',
  },
})

export const showNumber = (row: ProjectRow): z.infer<typeof ProjectNumber> => ({
  id: row.number,
  ref: row.ref,
  name: row.name,
})
