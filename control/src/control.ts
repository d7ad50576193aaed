// The control plane as a value: what it offers, where it is mounted, what it does in the background.

import type { Observe } from '@plinth/contracts'
import type { Outbound, ServicePlugin } from '@plinth/http'
import { type Pool, sql } from '@plinth/postgres'
import { makeRunner } from './branches/runs/runner.ts'
import { doorPaths } from './door-paths.ts'
import { platformDoors } from './doors.ts'
import type { Platform } from './frame/call.ts'
import { mcpDoor } from './frame/doors/mcp.ts'
import { referenceDoor } from './frame/doors/reference.ts'
import { restDoor } from './frame/doors/rest.ts'
import { describeOperations } from './frame/openapi.ts'
import type { Operation } from './frame/operation.ts'
import type { ControlSettings } from './frame/settings.ts'
import { operations } from './operations.ts'
import { makeApplier } from './projects/apply-spec.ts'
import { deletedDoor } from './projects/deleted-door.ts'
import { followHost } from './projects/follow-host.ts'
import type { Supervisor } from './supervisor/supervisor.ts'

export type ControlDeps = {
  readonly pool: Pool
  readonly supervisor: Supervisor
  /** The installation key: 32 bytes. */
  readonly key: Buffer
  readonly settings: ControlSettings
  readonly observe: Observe
  /** Carries requests to addresses that owners name. */
  readonly outbound: Outbound
}

export type Control = {
  readonly operations: readonly Operation[]
  /** Management API, its documents and `GET /health`. */
  readonly service: ServicePlugin
  /** For the operator alone: deleted projects that are still kept. */
  readonly operator: ServicePlugin
  /** Keeps projects as their host reports them and carries out runs of branches, until the signal. */
  readonly follow: (signal: AbortSignal) => Promise<void>
  readonly close: () => void
}

const healthDoor =
  ({ pool, supervisor }: ControlDeps): ServicePlugin =>
  async (app) => {
    const isDatabaseThere = () =>
      pool.query(sql`select 1`).then(
        () => true,
        () => false,
      )
    app.get('/health', { config: { name: 'health' } }, async (_request, reply) => {
      const [database, host] = await Promise.all([isDatabaseThere(), supervisor.isHealthy()])
      if (database && host) return { status: 'ok' }
      const missing = [database ? [] : ['the control database'], host ? [] : ['the supervisor']].flat()
      return reply.code(503).send({ status: 'unavailable', message: `Not reachable: ${missing.join(', ')}.` })
    })
  }

export const makeControl = (deps: ControlDeps): Control => {
  const { pool: db, key, supervisor, settings, observe, outbound } = deps
  const applier = makeApplier({ db, key, supervisor, observe })
  const runner = makeRunner()
  const parts = { db, key, supervisor, settings, observe, outbound }
  const platform: Platform = { ...parts, applySpec: applier.apply, lookAtRuns: runner.look }
  return {
    operations,
    service: async (app) => {
      await app.register(healthDoor(deps))
      await app.register(referenceDoor(describeOperations(operations, doorPaths)))
      await app.register(platformDoors(platform))
      await app.register(mcpDoor(platform, operations))
      await restDoor(platform, operations)(app, {})
    },
    operator: deletedDoor(platform),
    follow: async (signal) => {
      await Promise.all([
        followHost({ db, supervisor, applier, observe }, signal),
        runner.run({ ...platform, signal }),
      ])
    },
    close: applier.close,
  }
}
