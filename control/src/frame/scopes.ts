// Permission names of the Management API, and which of them each role of an organization holds.

export const permissions = [
  'action_runs_read',
  'action_runs_write',
  'advisors_read',
  'analytics_logs_read',
  'analytics_usage_read',
  'api_gateway_keys_read',
  'api_gateway_keys_write',
  'auth_config_read',
  'auth_config_write',
  'auth_signing_keys_read',
  'auth_signing_keys_write',
  'backups_read',
  'backups_write',
  'branching_development_create',
  'branching_development_delete',
  'branching_development_read',
  'branching_development_write',
  'branching_production_create',
  'branching_production_delete',
  'branching_production_read',
  'branching_production_write',
  'custom_domain_read',
  'custom_domain_write',
  'data_api_config_read',
  'data_api_config_write',
  'database_config_read',
  'database_config_write',
  'database_jit_read',
  'database_jit_write',
  'database_migrations_read',
  'database_migrations_write',
  'database_network_bans_read',
  'database_network_bans_write',
  'database_network_restrictions_read',
  'database_network_restrictions_write',
  'database_pooling_config_read',
  'database_pooling_config_write',
  'database_read',
  'database_readonly_config_read',
  'database_readonly_config_write',
  'database_ssl_config_read',
  'database_ssl_config_write',
  'database_webhooks_config_write',
  'database_write',
  'edge_functions_read',
  'edge_functions_secrets_read',
  'edge_functions_secrets_write',
  'edge_functions_write',
  'infra_add_ons_read',
  'infra_add_ons_write',
  'infra_disk_config_read',
  'infra_disk_config_write',
  'infra_read_replicas_write',
  'members_read',
  'organization_admin_read',
  'organization_admin_write',
  'organization_projects_create',
  'organization_projects_read',
  'organizations_create',
  'organizations_read',
  'project_admin_read',
  'project_admin_write',
  'projects_read',
  'realtime_config_read',
  'realtime_config_write',
  'snippets_read',
  'storage_config_read',
  'storage_config_write',
  'storage_read',
  'vanity_subdomain_read',
  'vanity_subdomain_write',
] as const
export type Permission = (typeof permissions)[number]

export const roles = ['owner', 'administrator', 'developer', 'read-only'] as const
export type Role = (typeof roles)[number]

/**
 * What an operation needs: one of `any`, on the caller's own account or on the organization, project or branch
 * that an input names. An empty `any` asks for nothing but a valid token; `self` for a classic one, since
 * whoever may make tokens could otherwise make one that may more.
 */
export type Scope =
  | { readonly on: 'account'; readonly any: readonly Permission[] }
  | { readonly on: 'self'; readonly any: readonly [] }
  | { readonly on: 'organization'; readonly by: string; readonly any: readonly Permission[] }
  | { readonly on: 'project'; readonly any: readonly Permission[] }
  | { readonly on: 'branch'; readonly any: readonly Permission[] }

/** Needs on a project; alternatives in the order they should be asked for. */
export const onProject = (...any: readonly Permission[]): Scope => ({ on: 'project', any })
/** Needs on the branch named by `branch_id_or_ref`; of the default branch, only permissions on production count. */
export const onBranch = (...any: readonly Permission[]): Scope => ({ on: 'branch', any })
/** Needs on the organization whose slug stands in the input `by`. */
export const onOrganization = (by: string, ...any: readonly Permission[]): Scope => ({
  on: 'organization',
  by,
  any,
})
/** Needs of an operation that looks at everything the caller has. */
export const onAccount = (...any: readonly Permission[]): Scope => ({ on: 'account', any })
/** Only for a token that may all that its owner may. */
export const onSelf: Scope = { on: 'self', any: [] }

const all: ReadonlySet<Permission> = new Set(permissions)

/** A key or a secret read by a role that may not write would lend it the right to write. */
const secretReads: readonly Permission[] = [
  'api_gateway_keys_read',
  'auth_signing_keys_read',
  'edge_functions_secrets_read',
]
const readOnly = new Set(permissions.filter((name) => name.endsWith('_read') && !secretReads.includes(name)))

const developer = new Set<Permission>([
  ...readOnly,
  ...secretReads,
  'action_runs_write',
  'branching_development_create',
  'branching_development_delete',
  'branching_development_write',
  'database_migrations_write',
  'database_write',
  'edge_functions_secrets_write',
  'edge_functions_write',
])

const byRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: all,
  administrator: all,
  developer,
  'read-only': readOnly,
}

/** Anybody with an account may see their organizations and found one. */
const ofEveryAccount = new Set<Permission>(['organizations_read', 'organizations_create', 'projects_read'])

export const roleMay = (role: Role | undefined, permission: Permission): boolean =>
  role === undefined ? ofEveryAccount.has(permission) : byRole[role].has(permission)
