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
  readonly catalogue: CatalogueWatch
  readonly observe: Observe
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

/** A server without a socket: the front hands it requests. */
const mount = async (parts: Parts): Promise<Served> => {
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

/** Builds the value; resolves when the first request can be answered. The database stays its giver's. */
export const openStack = async (spec: StackSpec, database: Database, observe: Observe): Promise<Stack> => {
  await untilDatabaseAnswers(database, patienceMs)
  const { schemas, extraSearchPath } = spec.rest
  const catalogue = watchCatalogue({
    query: database.reader,
    connection: database.connection,
    scope: { schemas, extraSearchPath },
    observe,
  })
  const [served] = await Promise.all([mount({ spec, database, catalogue, observe }), catalogue.ready])
  return {
    spec,
    database,
    handle: served.handle,
    close: async () => {
      await served.close()
      await catalogue.close()
    },
  }
}
