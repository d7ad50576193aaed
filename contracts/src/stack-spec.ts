// The document that says everything a stack must be. The control plane writes it, the supervisor
// and the stack read it. It holds secrets: it is sealed wherever it rests.

import { z } from 'zod'
import { StackApiKey } from './api-key.ts'
import { AuthConfig } from './auth-config.ts'
import { ProjectRef } from './ids.ts'
import { NetworkConfig } from './network-config.ts'
import { PoolerConfig } from './pooler-config.ts'
import { RealtimeConfig } from './realtime-config.ts'
import { RestConfig } from './rest-config.ts'
import { SigningKey } from './signing-key.ts'
import { StackFunctions } from './stack-functions.ts'
import { StorageConfig } from './storage-config.ts'
import { TrustedIssuer } from './trusted-issuer.ts'

/** Passwords of the roles that the platform itself logs in as, and the owner's. */
export const DatabasePasswords = z.object({
  /** The owner's `db_pass`, as set at creation or last reset through the API. */
  postgres: z.string(),
  supabase_admin: z.string(),
  authenticator: z.string(),
  supabase_auth_admin: z.string(),
  supabase_storage_admin: z.string(),
  supabase_read_only_user: z.string(),
  /** Login role of the Management API's SQL; a member of `postgres`, never more. */
  plinth_sql: z.string(),
})
export type DatabasePasswords = z.infer<typeof DatabasePasswords>

/** What the owner wants of the branch; the supervisor makes it so. */
export const Desired = z.enum(['available', 'paused', 'removed'])
export type Desired = z.infer<typeof Desired>

export const StackSpec = z.object({
  ref: ProjectRef,
  /** Grows by one with every change; a process that holds an older one is replaced. */
  version: z.int().min(1),
  desired: Desired.default('available'),
  /** Version of the spec that last ordered a restart: processes that hold an older one are started anew. */
  restartVersion: z.int().min(1).optional(),
  size: z.string().default('nano'),
  /** Made as a copy of this branch, rows and all; without it, empty. Counts only when a database is made. */
  source: z.object({ ref: ProjectRef }).optional(),
  /** Public base address of the branch, without a trailing slash. */
  publicUrl: z.url(),
  /** Names under which the branch is served beside its own, whole and in lower case. */
  hosts: z.array(z.string()).optional(),
  /** Loopback port that the edge serves for this branch. */
  loopbackPort: z.int().min(1).max(65_535),
  jwt: z.object({
    /** Secret of the legacy HS256 keys and, until a signing key is in use, of user tokens. */
    secret: z.string().min(32),
    legacyKeysEnabled: z.boolean().default(true),
    signingKeys: z.array(SigningKey).default([]),
    /** Others whose tokens count too; the stack keeps their keys fresh by itself. */
    issuers: z.array(TrustedIssuer).optional(),
  }),
  apiKeys: z.array(StackApiKey).default([]),
  database: z.object({
    passwords: DatabasePasswords,
    /** Postgres settings the owner chose, in `postgresql.conf` form; the server is started with them. */
    settings: z.record(z.string(), z.string()).optional(),
    pooler: PoolerConfig.optional(),
    /** Counts the databases this branch has had: a higher number than that of the present one replaces it by a new, empty one. */
    edition: z.int().min(1).default(1),
  }),
  network: NetworkConfig.optional(),
  rest: RestConfig,
  auth: AuthConfig,
  storage: StorageConfig.optional(),
  realtime: RealtimeConfig.optional(),
  functions: StackFunctions.optional(),
  limits: z
    .object({
      /** Largest request body in bytes, except where a service streams. */
      bodyBytes: z
        .int()
        .positive()
        .default(20 * 1024 * 1024),
      maxConnections: z.int().positive().default(60),
      /** Requests of one caller (user, or address of a bare key) in a second, in bursts of ten times that; absent: no limit. */
      requestsPerSecond: z.number().positive().optional(),
    })
    .default({ bodyBytes: 20 * 1024 * 1024, maxConnections: 60 }),
})
export type StackSpec = z.infer<typeof StackSpec>
/** The shape before defaults are filled in. */
export type StackSpecInput = z.input<typeof StackSpec>
