// Operations of the API we are compatible with that this installation does not have, and why. A call of one is
// answered 404 with that sentence; `docs/not-offered.md` is made from the same table.

export type NotOffered = {
  readonly family: string
  /** What to do instead, or what is missing. */
  readonly why: string
  /** Code in the body of `/v2` errors; default `not_found`. */
  readonly code?: string
  /** `METHOD /path/:with/:holes`. */
  readonly routes: readonly string[]
}

const onEndpoints = (base: string): readonly string[] => [
  `GET ${base}/webhooks/endpoints`,
  `POST ${base}/webhooks/endpoints`,
  `DELETE ${base}/webhooks/endpoints`,
  `GET ${base}/webhooks/endpoints/:id`,
  `PATCH ${base}/webhooks/endpoints/:id`,
  `DELETE ${base}/webhooks/endpoints/:id`,
  `GET ${base}/webhooks/endpoints/:id/deliveries`,
  `POST ${base}/webhooks/endpoints/:id/test`,
  `GET ${base}/webhooks/deliveries/:id`,
  `POST ${base}/webhooks/deliveries/:id/retry`,
]

export const notOffered: readonly NotOffered[] = [
  {
    family: 'Invitations',
    why: 'No mail is sent here: make the account with `plinth user add`, then POST /platform/organizations/{slug}/members.',
    routes: [
      'POST /v2/organizations/:slug/members/invitations',
      'DELETE /v2/organizations/:slug/members/invitations',
    ],
  },
  {
    family: 'Read replicas',
    why: 'One machine carries each project here; there is no second one to replicate to.',
    routes: ['POST /v1/projects/:ref/read-replicas/setup', 'POST /v1/projects/:ref/read-replicas/remove'],
  },
  {
    family: 'Upgrade of Postgres',
    why: 'Projects are made with the newest Postgres this installation has; there is nothing to upgrade to.',
    routes: ['POST /v1/projects/:ref/upgrade'],
  },
  {
    family: 'Just-in-time database access',
    why: 'Temporary database roles of members do not exist here; make a role with SQL and an expiry instead.',
    routes: [
      'GET /v1/projects/:ref/jit-access',
      'PUT /v1/projects/:ref/jit-access',
      'GET /v1/projects/:ref/database/jit',
      'POST /v1/projects/:ref/database/jit',
      'PUT /v1/projects/:ref/database/jit',
      'GET /v1/projects/:ref/database/jit/list',
      'DELETE /v1/projects/:ref/database/jit/:user_id',
      'POST /v1/projects/:ref/database/jit/invite',
      'POST /v1/projects/:ref/database/jit/invite/accept',
      'DELETE /v1/projects/:ref/database/jit/invite/:invite_id',
    ],
  },
  {
    family: 'Disk',
    why: 'Projects share the disk of this machine; its size is the operator’s to change. GET …/config/disk/util says what a project takes.',
    routes: ['GET /v1/projects/:ref/config/disk', 'POST /v1/projects/:ref/config/disk'],
  },
  {
    family: 'Metrics',
    why: 'Metrics of projects are not collected yet.',
    routes: ['GET /v1/projects/:ref/analytics/endpoints/metrics'],
  },
  {
    family: 'Logs and counters',
    why: 'Logs are kept as files in the data folder of the installation; they cannot be asked for through the API yet.',
    routes: [
      'GET /v1/projects/:ref/analytics/endpoints/logs',
      'GET /v1/projects/:ref/analytics/endpoints/logs.all',
      'GET /v1/projects/:ref/analytics/endpoints/usage.api-counts',
      'GET /v1/projects/:ref/analytics/endpoints/usage.api-requests-count',
      'GET /v1/projects/:ref/analytics/endpoints/functions.combined-stats',
    ],
  },
  {
    family: 'Log drains',
    why: 'Logs are kept as files on this machine; forwarding them is not built yet.',
    routes: [
      'GET /v2/projects/:ref/analytics/log-drains',
      'POST /v2/projects/:ref/analytics/log-drains',
      'PUT /v2/projects/:ref/analytics/log-drains/:id',
      'DELETE /v2/projects/:ref/analytics/log-drains/:id',
    ],
  },
  {
    family: 'Webhooks of the platform',
    why: 'Events of organizations and projects are not sent yet; the audit log keeps them.',
    routes: [...onEndpoints('/v2/organizations/:slug'), ...onEndpoints('/v2/projects/:ref')],
  },
  {
    family: 'Private link',
    why: 'Reach this machine over your own network instead.',
    code: 'project_privatelink_disabled',
    routes: [
      'GET /v2/projects/:ref/private-link/associations',
      'POST /v2/projects/:ref/private-link/associations',
      'DELETE /v2/projects/:ref/private-link/associations/aws-account/:account',
      'DELETE /v2/projects/:ref/private-link/associations/aws-account/:account/database/:database',
    ],
  },
  {
    family: 'Compute instances',
    why: 'Programs of your own do not run inside projects here; run them beside Plinth.',
    code: 'compute_not_enabled',
    routes: [
      'GET /v2/projects/:ref/compute',
      'GET /v2/projects/:ref/compute/:name',
      'DELETE /v2/projects/:ref/compute/:name',
      'POST /v2/projects/:ref/compute/:name/deploy',
      'POST /v2/projects/:ref/compute/:name/uploads',
    ],
  },
  {
    family: 'Realtime',
    why: 'The realtime service does not run here yet; its settings can be kept already.',
    routes: ['POST /v1/projects/:ref/config/realtime/shutdown'],
  },
  {
    family: 'Cancelling a restoration',
    why: 'A paused project comes back within seconds; pause it again when it is there.',
    routes: ['POST /v1/projects/:ref/restore/cancel'],
  },
  {
    family: 'Download of backups',
    why: 'There are no backups to download yet; use pg_dump.',
    routes: ['POST /v2/projects/:ref/backups/download'],
  },
  {
    family: 'Review of network restrictions',
    why: 'Restrictions are applied when they are set; there is no pending change to review.',
    routes: ['POST /v1/projects/:ref/network-restrictions/review'],
  },
  {
    family: 'Typing mistakes of published examples',
    why: 'The project’s ref is missing from the path: write /v1/projects/{ref}/… .',
    routes: ['POST /v1/projects/functions/deploy', 'POST /v1/projects/database/backups/restore-pitr'],
  },
]

const patternOf = (route: string): RegExp => new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}/?$`)
const patterns = notOffered.flatMap((entry) =>
  entry.routes.map((route) => ({ entry, pattern: patternOf(route) })),
)

/** The entry that a call without a route belongs to, if there is one. */
export const findNotOffered = (method: string, path: string): NotOffered | undefined =>
  patterns.find(({ pattern }) => pattern.test(`${method} ${path}`))?.entry
