// What the product says to Postgres for a request, written down once. The floors run the same session, so that
// the difference to them is what the product adds around it.

import { RestConfig } from '@plinth/contracts'
import { makeServer } from '@plinth/http'
import { type ConnectOptions, type LineRequest, openLine, openPool } from '@plinth/postgres'
import { restService } from '@plinth/rest'
import { readCatalogue } from '@plinth/schema'
import type { Request } from '../load.ts'

const observe = () => undefined

export const captureSessions = async (
  options: ConnectOptions & { readonly size: number },
  claims: Readonly<Record<string, unknown>>,
  requests: readonly Request[],
): Promise<readonly LineRequest[]> => {
  const line = openLine(options)
  const { socketDir, user, password, database } = options
  const pool = openPool({ socketDir, user, password, database, size: 1, applicationName: 'bench' })
  const config = RestConfig.parse({})
  const catalogue = await readCatalogue(pool, config)
  const captured: LineRequest[] = []
  const recording = {
    ...line,
    run: (request: LineRequest) => {
      captured.push(request)
      return line.run(request)
    },
  }
  const app = makeServer({ observe })
  const caller = { role: 'anon', claims, claimsJson: JSON.stringify(claims), keyKind: 'legacy' } as const
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = { ...caller, token: undefined }
    done()
  })
  await app.register(
    restService({ line: recording, schema: { current: () => catalogue }, config, observe }),
    {
      prefix: '/rest/v1',
    },
  )
  for (const { method, path: url, headers = {}, body: payload } of requests) {
    const answer = await app.inject({ method: method as 'GET', url, headers, ...(payload && { payload }) })
    if (answer.statusCode > 299) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`)
  }
  await Promise.all([app.close(), line.close(), pool.close()])
  return captured
}
