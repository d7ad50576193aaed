// What the scopes of OAuth apps stand for: each is a handful of permissions, so a token of an app is checked
// like any other token that is limited.

import { type Permission, permissions } from './scopes.ts'

/** Scope family → permission names without their verb. */
const families = {
  analytics: ['analytics_logs', 'analytics_usage'],
  auth: ['auth_config'],
  database: [
    'advisors',
    'backups',
    'database',
    'database_config',
    'database_jit',
    'database_migrations',
    'database_pooling_config',
    'database_readonly_config',
    'database_ssl_config',
    'database_webhooks_config',
    'snippets',
  ],
  domains: ['custom_domain', 'vanity_subdomain'],
  edge_functions: ['edge_functions'],
  environment: ['action_runs', 'branching_development', 'branching_production'],
  organizations: ['members', 'organization_admin', 'organizations'],
  projects: [
    'database_network_bans',
    'database_network_restrictions',
    'organization_projects',
    'project_admin',
    'projects',
  ],
  rest: ['data_api_config'],
  secrets: ['api_gateway_keys', 'auth_signing_keys', 'edge_functions_secrets'],
  storage: ['storage'],
} as const
type Family = keyof typeof families

const readOnlyFamilies: readonly Family[] = ['analytics', 'organizations', 'storage']

/** Every scope an app may have. */
export const oauthScopes: readonly string[] = Object.keys(families).flatMap((family) =>
  (readOnlyFamilies as readonly string[]).includes(family)
    ? [`${family}:read`]
    : [`${family}:read`, `${family}:write`],
)

const split = (permission: Permission): { readonly stem: string; readonly verb: string } => {
  const at = permission.lastIndexOf('_')
  return { stem: permission.slice(0, at), verb: permission.slice(at + 1) }
}

const scopeOf = (permission: Permission): string | undefined => {
  const { stem, verb } = split(permission)
  const entry = Object.entries(families).find(([, stems]) => (stems as readonly string[]).includes(stem))
  return entry && `${entry[0]}:${verb === 'read' ? 'read' : 'write'}`
}

const byScope = Map.groupBy(permissions, scopeOf)

/** What an app with these scopes may do, where the role of the person it acts for allows it too. */
export const permissionsOfScopes = (scopes: readonly string[]): readonly Permission[] =>
  scopes.filter((scope) => oauthScopes.includes(scope)).flatMap((scope) => byScope.get(scope) ?? [])
