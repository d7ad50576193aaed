// Settings of the REST service of one branch (PostgREST's names, without the `db-` dashes).

import { z } from 'zod'

/** The PostgREST whose API is spoken; clients and generated types go by it. */
export const restApiVersion = '14.1'

export const RestConfig = z.object({
  /** Exposed schemas in order; the first is the default. Empty switches the API off. */
  schemas: z.array(z.string()).default(['public', 'graphql_public']),
  extraSearchPath: z.array(z.string()).default(['public', 'extensions']),
  /** Upper bound of rows in one answer; `null` is unbounded. */
  maxRows: z.int().positive().nullable().default(1000),
  /** Connections of the request line; `null` lets the stack choose by size. */
  poolSize: z.int().positive().nullable().default(null),
  /** Patience of the request line and age of its connections, in seconds; what is absent the stack chooses. */
  poolLimits: z
    .object({
      acquisitionTimeout: z.int().positive().optional(),
      maxLifetime: z.int().positive().optional(),
      maxIdletime: z.int().positive().optional(),
    })
    .optional(),
  anonRole: z.string().nullable().default('anon'),
  /** Function called in every transaction before the statement, as `schema.name`. */
  preRequest: z.string().nullable().default(null),
  /** Updates and deletes of a whole table are refused where the session has no `safeupdate` library to do so. */
  safeUpdate: z.boolean().default(true),
  planEnabled: z.boolean().default(false),
  aggregatesEnabled: z.boolean().default(false),
  txEnd: z.enum(['commit', 'commit-allow-override', 'rollback', 'rollback-allow-override']).default('commit'),
  /** Settings of a function that hold for its whole transaction. */
  hoistedTxSettings: z
    .array(z.string())
    .default(['statement_timeout', 'plan_filter.statement_cost_limit', 'default_transaction_isolation']),
  rootSpec: z.string().nullable().default(null),
  openapiMode: z.enum(['follow-privileges', 'ignore-privileges', 'disabled']).default('follow-privileges'),
  openapiSecurityActive: z.boolean().default(false),
  /** Address shown in the OpenAPI root and nowhere else. */
  openapiServerProxyUri: z.string().nullable().default(null),
  serverTimingEnabled: z.boolean().default(false),
  /** `minimal` leaves details and hints out of errors. */
  clientErrorVerbosity: z.enum(['verbose', 'minimal']).default('verbose'),
  /** Filters may name an aliased embed by its relation (deprecated, answered with a warning). */
  urlUseLegacyTargetNames: z.boolean().default(true),
  /** `app.settings.*` values, visible to SQL in every request. */
  appSettings: z.record(z.string(), z.string()).default({}),
})
export type RestConfig = z.infer<typeof RestConfig>
