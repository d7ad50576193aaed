// Upgrades of Postgres: projects run the newest release of this installation, so there is never one to take.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'

const base = '/v1/projects/:ref'
const tag = 'Projects'
const names = z.array(z.string())

export const getEligibility = operation({
  name: 'project-config.upgrade-eligibility',
  about: 'Says whether Postgres of a project can be upgraded.',
  rest: {
    method: 'GET',
    path: `${base}/upgrade/eligibility`,
    status: 200,
    id: 'v1-get-postgres-upgrade-eligibility',
    tag,
  },
  scope: onProject('project_admin_read', 'database_read'),
  input: z.object(byRef),
  output: z.object({
    eligible: z.boolean(),
    current_app_version: z.string(),
    current_app_version_release_channel: z.literal('ga'),
    latest_app_version: z.string(),
    target_upgrade_versions: z.array(z.unknown()),
    duration_estimate_hours: z.number(),
    legacy_auth_custom_roles: names,
    objects_to_be_dropped: names,
    unsupported_extensions: names,
    user_defined_objects_in_internal_schemas: names,
    validation_errors: z.array(z.unknown()),
    warnings: z.array(z.unknown()),
  }),
  run: async ({ db }, { ref }) => {
    const version = `supabase-postgres-${(await getProject(db, ref)).postgres_version ?? '17'}`
    return {
      eligible: false,
      current_app_version: version,
      current_app_version_release_channel: 'ga' as const,
      latest_app_version: version,
      target_upgrade_versions: [],
      duration_estimate_hours: 0,
      legacy_auth_custom_roles: [],
      objects_to_be_dropped: [],
      unsupported_extensions: [],
      user_defined_objects_in_internal_schemas: [],
      validation_errors: [],
      warnings: [],
    }
  },
})

export const getUpgradeStatus = operation({
  name: 'project-config.upgrade-status',
  about: 'Gets the progress of an upgrade; null when none was ever begun.',
  rest: {
    method: 'GET',
    path: `${base}/upgrade/status`,
    status: 200,
    id: 'v1-get-postgres-upgrade-status',
    tag,
  },
  scope: onProject('project_admin_read', 'database_read'),
  input: z.object({ ...byRef, tracking_id: z.string().optional() }),
  output: z.object({ databaseUpgradeStatus: z.null() }),
  run: async () => ({ databaseUpgradeStatus: null }),
})

export const listRestoreVersions = operation({
  name: 'project-config.restore-versions',
  about: 'Lists other Postgres releases a paused project could be restored with: none.',
  rest: {
    method: 'GET',
    path: `${base}/restore`,
    status: 200,
    id: 'v1-list-available-restore-versions',
    tag,
  },
  scope: onProject('project_admin_read'),
  input: z.object(byRef),
  output: z.object({ available_versions: z.array(z.unknown()) }),
  run: async () => ({ available_versions: [] }),
})

const limit = z.int().nullable()

export const getAutoscale = operation({
  name: 'project-config.disk-autoscale',
  about: 'Gets how the disk of a project grows. No volume grows here: all limits are null.',
  rest: {
    method: 'GET',
    path: `${base}/config/disk/autoscale`,
    status: 200,
    id: 'v1-get-project-disk-autoscale-config',
    tag,
  },
  scope: onProject('infra_disk_config_read'),
  input: z.object(byRef),
  output: z.object({ growth_percent: limit, min_increment_gb: limit, max_size_gb: limit }),
  run: async () => ({ growth_percent: null, min_increment_gb: null, max_size_gb: null }),
})
