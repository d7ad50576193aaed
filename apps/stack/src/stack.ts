// A stack is a value: everything one branch serves, built from its spec and its place and never changed.

import { createServer } from 'node:http'
import { authService } from '@plinth/auth'
import type { Observe, StackSpec } from '@plinth/contracts'
import { makeSigner, makeVerifier } from '@plinth/crypto'
import { gatewayDialect, gatewayService } from '@plinth/gateway'
import { makeServer } from '@plinth/http'
import { restService } from '@plinth/rest'
import { type CatalogueWatch, watchCatalogue } from '@plinth/schema'
import { type Database, untilDatabaseAnswers } from './database.ts'
import type { Handle, Served } from './front.ts'

export type Stack = Served & { readonly spec: StackSpec; readonly database: Database }

type Parts = {
  readonly spec: StackSpec
  readonly database: Database
  readonly catalogue: Pick<CatalogueWatch, 'current'>
  readonly observe: Observe
}

type LateCatalogue = Parts['catalogue'] & {
  readonly open: (signal: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
}

const patienceMs = 18_000

const servicesOf = ({ spec, database, catalogue, observe }: Parts) => ({
  auth: authService({
    pool: database.auth,
    config: spec.auth,
    signer: makeSigner(spec.jwt),
    verifier: makeVerifier(spec.jwt),
    publicUrl: spec.publicUrl,
    clock: Date.now,
    observe,
  }),
  rest: restService({ line: database.line, schema: catalogue, config: spec.rest, observe }),
})

/** All services behind the gateway, on a server without a socket: the front hands it requests. */
export const mountServices = async (parts: Parts): Promise<Served> => {
  let handle: Handle | undefined
  const app = makeServer({
    observe: parts.observe,
    ref: parts.spec.ref,
    bodyLimit: parts.spec.limits.bodyBytes,
    trustProxy: true,
    dialect: gatewayDialect,
    serverFactory: (handler) => {
      handle = handler
      return createServer()
    },
  })
  await app.register(gatewayService({ spec: parts.spec, services: servicesOf(parts) }))
  await app.ready()
  if (handle === undefined) throw new Error('Fastify made no server.')
  return { handle, close: () => app.close() }
}

/** Reads the catalogue once the database answers; before that there is none to be current. */
const openCatalogue = (spec: StackSpec, database: Database, observe: Observe): LateCatalogue => {
  let watch: CatalogueWatch | undefined
  const { schemas, extraSearchPath } = spec.rest
  return {
    current: () => watch?.current(),
    open: async (signal) => {
      await untilDatabaseAnswers(database, patienceMs, signal)
      watch = watchCatalogue({
        query: database.reader,
        connection: database.connection,
        scope: { schemas, extraSearchPath },
        observe,
      })
      await watch.ready
    },
    close: async () => watch?.close(),
  }
}

export type StackDeps = {
  /** Stays its giver's: a value does not close it. */
  readonly database: Database
  readonly observe: Observe
  /** Ends the wait for a database that does not come. */
  readonly signal: AbortSignal
}

/** Builds the value; resolves when the first request can be answered. */
export const openStack = async (
  spec: StackSpec,
  { database, observe, signal }: StackDeps,
): Promise<Stack> => {
  const catalogue = openCatalogue(spec, database, observe)
  // Side by side: the database is often still starting when the spec comes in.
  const mounting = mountServices({ spec, database, catalogue, observe })
  const close = async () => {
    await (await mounting).close()
    await catalogue.close()
  }
  try {
    const [{ handle }] = await Promise.all([mounting, catalogue.open(signal)])
    return { spec, database, handle, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}
