// The table of features that clients ask about before they offer something.

type Kind = 'boolean' | 'numeric' | 'set'
type Config =
  | { readonly enabled: boolean }
  | { readonly enabled: boolean; readonly value: number; readonly unlimited: boolean; readonly unit: string }
  | { readonly enabled: boolean; set: string[] }

export type Entitlement = {
  readonly feature: { readonly key: string; readonly type: Kind }
  readonly hasAccess: boolean
  readonly type: Kind
  readonly config: Config
}

const open = [
  'instances.disk_modifications',
  'storage.max_file_size.configurable',
  'storage.image_transformations',
  'storage.purge_cache',
  'custom_domain',
  'vanity_subdomain',
  'ipv4',
  'branching_persistent',
  'auth.mfa_phone',
  'auth.mfa_web_authn',
  'auth.mfa_enhanced_security',
  'auth.hooks',
  'auth.custom_jwt_template',
  'auth.saml_2',
  'auth.user_sessions',
  'auth.leaked_password_protection',
  'auth.advanced_auth_settings',
  'auth.performance_settings',
  'auth.password_hibp',
  'backup.restore_to_new_project',
  'backup.schedule',
  'security.member_roles',
  'project_pausing',
  'project_cloning',
  'project_restore_after_expiry',
  'api.members.roles',
]

/** Papers and services of a company, or machinery that one machine does not have. */
const closed = [
  'instances.read_replicas',
  'instances.high_availability',
  'instances.orioledb',
  'replication.etl',
  'storage.vector_buckets',
  'storage.iceberg_catalog',
  'security.questionnaire',
  'security.soc2_report',
  'security.iso27001_certificate',
  'security.private_link',
  'security.enforce_mfa',
  'log_drains',
  'audit_log_drains',
  'auth.platform.sso',
  'project_scoped_roles',
  'assistant.advance_model',
  'integrations.github_connections',
  'dedicated_pooler',
  'observability.dashboard_advanced_metrics',
  'api.members.invitations',
]

/** Feature → unit; nobody counts here. */
const unlimited: Readonly<Record<string, string>> = {
  'storage.max_file_size': 'bytes',
  'security.audit_logs_days': 'days',
  'log.retention_days': 'days',
  branching_limit: 'count',
  'auth.custom_oauth.max_providers': 'count',
  'backup.retention_days': 'days',
  'function.max_count': 'count',
  'function.size_limit_mb': 'MB',
  'realtime.max_concurrent_users': 'count',
  'realtime.max_events_per_second': 'count',
  'realtime.max_joins_per_second': 'count',
  'realtime.max_channels_per_client': 'count',
  'realtime.max_bytes_per_second': 'bytes',
  'realtime.max_presence_events_per_second': 'count',
  'realtime.max_payload_size_in_kb': 'KB',
  'integrations.github_push_webhooks_limit': 'count',
}

const sets: Readonly<Record<string, readonly string[]>> = {
  'instances.compute_update_available_sizes': [
    'ci_nano',
    'ci_micro',
    'ci_small',
    'ci_medium',
    'ci_large',
    'ci_xlarge',
    'ci_2xlarge',
    'ci_4xlarge',
    'ci_8xlarge',
    'ci_12xlarge',
    'ci_16xlarge',
  ],
  'pitr.available_variants': ['pitr_7', 'pitr_14', 'pitr_28'],
}

const entry = (key: string, type: Kind, hasAccess: boolean, config: Config): Entitlement => ({
  feature: { key, type },
  hasAccess,
  type,
  config,
})

export const entitlements: readonly Entitlement[] = [
  ...open.map((key) => entry(key, 'boolean', true, { enabled: true })),
  ...closed.map((key) => entry(key, 'boolean', false, { enabled: false })),
  ...Object.entries(unlimited).map(([key, unit]) =>
    entry(key, 'numeric', true, { enabled: true, value: 0, unlimited: true, unit }),
  ),
  ...Object.entries(sets).map(([key, set]) => entry(key, 'set', true, { enabled: true, set: [...set] })),
]
