// GET /health: that the supervisor works, on which Postgres, and where the control database is.

import type { ServicePlugin } from '@plinth/http'

export type HealthReport = {
  readonly status: 'ok'
  readonly postgres: { readonly version: string; readonly vector: string | undefined }
  /** Whether branches can have a pooler. */
  readonly pooler: boolean
  /** Whether memory and processors of a branch are limited as its size says, and why not. */
  readonly limits: { readonly enforced: boolean; readonly why: string | undefined }
  readonly system: { readonly postgresSocketDir: string; readonly user: string; readonly database: string }
}

export const health =
  (report: () => HealthReport): ServicePlugin =>
  async (app) => {
    app.get('/health', async () => report())
  }
