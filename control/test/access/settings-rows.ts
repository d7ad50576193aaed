// Rows of the access table: settings of projects, secrets, names and networks. Most leave a project as it was, so
// one serves them all.

import { sql } from '@plinth/postgres'
import type { TestControl } from '../test-control.ts'
import { admins, all, type Row, writers } from './row.ts'

export const settingsRows = (t: TestControl): readonly Row[] => {
  let shared: Promise<string> | undefined
  const at =
    (tail: string, body?: unknown): Row['make'] =>
    async () => {
      shared ??= t.createProject()
      return { path: `/v1/projects/${await shared}${tail}`, body }
    }
  const v2 =
    (tail: string, body?: unknown): Row['make'] =>
    async () => {
      shared ??= t.createProject()
      return { path: `/v2/projects/${await shared}${tail}`, body }
    }
  const fresh =
    (tail: string, body?: unknown): Row['make'] =>
    async () => ({ path: `/v1/projects/${await t.createProject()}${tail}`, body })
  const resized =
    (tail: string): Row['make'] =>
    async () => {
      const ref = await t.createProject({ desired_instance_size: 'micro' })
      return { path: `/v1/projects/${ref}${tail}` }
    }
  const ofOrganization = (tail: string): Row['make'] => {
    return () => ({ path: `/v2/organizations/${t.organization}${tail}` })
  }
  const everybody = { dbAllowedCidrs: ['0.0.0.0/0'], dbAllowedCidrsV6: ['::/0'] }
  const network = '/network-restrictions'
  const hostname = '/custom-hostname'
  const subdomain = '/vanity-subdomain'
  let labels = 0
  /** A project whose custom hostname has come so far. */
  const named =
    (status: string, tail = ''): Row['make'] =>
    async () => {
      const ref = await t.createProject()
      const path = `/v1/projects/${ref}${hostname}`
      const name = `shop-${labels++}.test`
      await t.asOwner('POST', `${path}/initialize`, { custom_hostname: name })
      await t.pool.run(sql`update host_names set status = ${status} where ref = ${ref}`)
      return { path: `${path}${tail}` }
    }
  const backups = '/database/backups'
  let points = 0
  return [
    { id: 'v1-get-auth-service-config', make: at('/config/auth'), ...all(200) },
    {
      id: 'v1-update-auth-service-config',
      make: at('/config/auth', { site_url: 'https://shop.test' }),
      ...admins(200),
    },
    { id: 'v1-get-storage-config', make: at('/config/storage'), ...all(200) },
    { id: 'v1-update-storage-config', make: at('/config/storage', { fileSizeLimit: 7 }), ...admins(200) },
    { id: 'v1-list-all-buckets', make: at('/storage/buckets'), ...all(200) },
    {
      id: 'x-kit-list-objects',
      make: at('/storage/buckets/none/objects/list', { path: '', options: { limit: 10 } }),
      ...all(200),
    },
    { id: 'v1-get-realtime-config', make: at('/config/realtime'), ...all(200) },
    {
      id: 'v1-update-realtime-config',
      make: at('/config/realtime', { private_only: true }),
      ...admins(204),
    },
    { id: 'v1-get-postgres-config', make: at('/config/database/postgres'), ...all(200) },
    {
      id: 'v1-update-postgres-config',
      make: fresh('/config/database/postgres', { work_mem: '8MB' }),
      ...admins(200),
    },
    {
      id: 'v1PatchPostgresConfig',
      make: fresh('/config/database/postgres', { statement_timeout: '2min' }),
      ...admins(200),
    },
    { id: 'v1-get-pooler-config', make: at('/config/database/pooler'), ...all(200) },
    {
      id: 'v1-update-pooler-config',
      make: at('/config/database/pooler', { pool_mode: 'session' }),
      ...admins(200),
    },
    { id: 'v1-get-project-pgbouncer-config', make: at('/config/database/pgbouncer'), ...all(200) },
    { id: 'v2GetProjectConfig', make: v2('/config'), ...all(200) },
    { id: 'v1-get-postgres-upgrade-eligibility', make: at('/upgrade/eligibility'), ...all(200) },
    { id: 'v1-get-postgres-upgrade-status', make: at('/upgrade/status'), ...all(200) },
    { id: 'v1-list-available-restore-versions', make: at('/restore'), ...all(200) },
    { id: 'v1-get-disk-utilization', make: at('/config/disk/util'), ...all(200) },
    { id: 'v1-get-project-disk-autoscale-config', make: at('/config/disk/autoscale'), ...all(200) },
    {
      id: 'v2ListOrganizationMaintenanceWindows',
      make: ofOrganization('/maintenance/windows'),
      ...all(200),
    },
    {
      id: 'v2ListOrganizationGithubConnections',
      make: ofOrganization('/integrations/github/connections?page[size]=5'),
      ...all(200),
    },
    { id: 'v1-list-all-secrets', make: at('/secrets'), ...writers(200) },
    { id: 'v1-bulk-create-secrets', make: at('/secrets', [{ name: 'A', value: 'b' }]), ...writers(201) },
    { id: 'v1-bulk-delete-secrets', make: at('/secrets', ['A']), ...writers(200) },
    { id: 'v1-get-database-metadata', make: at('/database/context'), ...all(200) },
    { id: 'v1-create-login-role', make: at('/cli/login-role', { read_only: true }), ...writers(201) },
    { id: 'v1-delete-login-roles', make: at('/cli/login-role'), ...writers(200) },
    { id: 'v1-get-readonly-mode-status', make: at('/readonly'), ...all(200) },
    {
      id: 'v1-disable-readonly-mode-temporarily',
      make: at('/readonly/temporary-disable'),
      ...admins(400),
    },
    { id: 'v1-enable-database-webhook', make: at('/database/webhooks/enable'), ...admins(201) },
    { id: 'v1-get-pgsodium-config', make: at('/pgsodium'), ...admins(200) },
    { id: 'v1-update-pgsodium-config', make: at('/pgsodium', { root_key: 'b'.repeat(64) }), ...admins(200) },
    { id: 'v1-list-all-backups', make: at(backups), ...all(200) },
    {
      id: 'v1-restore-pitr-backup',
      make: at(`${backups}/restore-pitr`, { recovery_time_target_unix: 1 }),
      ...admins(404),
    },
    { id: 'v1-restore-physical-backup', make: at(`${backups}/restore`, { id: 1 }), ...admins(404) },
    {
      id: 'v1-create-restore-point',
      // Each name is taken once.
      make: (where) => at(`${backups}/restore-point`, { name: `point ${points++}` })(where),
      ...admins(201),
    },
    { id: 'v1-get-restore-point', make: at(`${backups}/restore-point?name=never`), ...all(404) },
    { id: 'v1-undo', make: at(`${backups}/undo`, { name: 'never' }), ...admins(404) },
    { id: 'v1-get-backup-schedule', make: at(`${backups}/schedule`), ...all(404) },
    {
      id: 'v1-update-backup-schedule',
      make: at(`${backups}/schedule`, { schedule_for: '03:00' }),
      ...admins(404),
    },
    { id: 'v1-get-network-restrictions', make: at(network), ...all(200) },
    { id: 'v1-update-network-restrictions', make: at(`${network}/apply`, everybody), ...admins(201) },
    { id: 'v1-patch-network-restrictions', make: at(network, { add: everybody }), ...admins(200) },
    { id: 'v1-list-all-network-bans', make: at('/network-bans/retrieve'), ...all(201) },
    { id: 'v1-list-all-network-bans-enriched', make: at('/network-bans/retrieve/enriched'), ...all(201) },
    {
      id: 'v1-delete-network-bans',
      make: at('/network-bans', { ipv4_addresses: ['203.0.113.9'] }),
      ...admins(200),
    },
    { id: 'v1-get-ssl-enforcement-config', make: at('/ssl-enforcement'), ...all(200) },
    {
      id: 'v1-update-ssl-enforcement-config',
      make: at('/ssl-enforcement', { requestedConfig: { database: false } }),
      ...admins(200),
    },
    { id: 'v1-get-hostname-config', make: named('initiated'), ...all(200) },
    {
      id: 'v1-update-hostname-config',
      make: fresh(`${hostname}/initialize`, { custom_hostname: 'shop.test' }),
      ...admins(201),
    },
    { id: 'v1-verify-dns-config', make: named('initiated', '/reverify'), ...admins(201) },
    { id: 'v1-activate-custom-hostname', make: named('reachable', '/activate'), ...admins(201) },
    { id: 'v1-Delete hostname config', make: named('active'), ...admins(200) },
    { id: 'v1-get-vanity-subdomain-config', make: at(subdomain), ...all(200) },
    {
      id: 'v1-check-vanity-subdomain-availability',
      make: at(`${subdomain}/check-availability`, { vanity_subdomain: 'shop' }),
      ...admins(201),
    },
    {
      id: 'v1-activate-vanity-subdomain-config',
      make: (token) => fresh(`${subdomain}/activate`, { vanity_subdomain: `shop-${labels++}` })(token),
      ...admins(201),
    },
    {
      id: 'v1-deactivate-vanity-subdomain-config',
      make: async (token) => {
        const { path } = await fresh(subdomain)(token)
        await t.asOwner('POST', `${path}/activate`, { vanity_subdomain: `shop-${labels++}` })
        return { path }
      },
      ...admins(200),
    },
    { id: 'v1-get-security-advisors', make: at('/advisors/security'), ...all(200) },
    { id: 'v1-get-performance-advisors', make: at('/advisors/performance'), ...all(200) },
    {
      id: 'v2RunProjectAdvisors',
      make: v2('/advisors/run', {
        data: { type: 'project_advisors', attributes: { lints: [{ name: 'no_primary_key' }] } },
      }),
      ...all(200),
    },
    { id: 'v1-list-project-addons', make: at('/billing/addons'), ...all(200) },
    {
      id: 'v1-apply-project-addon',
      make: fresh('/billing/addons', { addon_type: 'compute_instance', addon_variant: 'ci_micro' }),
      ...admins(200),
    },
    { id: 'v1-remove-project-addon', make: resized('/billing/addons/ci_micro'), ...admins(200) },
  ]
}
