// The service over the studio's database, asked through HTTP as the gateway would hand requests on.

import { readFile } from 'node:fs/promises'
import { RestConfig } from '@plinth/contracts'
import { makeServer } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { openLine, openPool } from '@plinth/postgres'
import { readCatalogue } from '@plinth/schema'
import { testDatabase } from '@plinth/testing'
import { restService } from '../src/index.ts'

export type Ask = {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer | object | undefined
  /** Role of the caller; `anon` unless told. */
  readonly as?: string
}

export type Told = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: unknown
}

const readBody = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export type Studio = Awaited<ReturnType<typeof openStudio>>

const config = {
  schemas: ['studio', 'archive'],
  extraSearchPath: ['public'],
  maxRows: 1000,
  anonRole: 'anon',
  txEnd: 'commit-allow-override',
} as const

/** A table's cases see one database: writes end with `Prefer: tx=rollback` where others must not see them. */
export const openStudio = async (changes: Partial<RestConfig> = {}) => {
  const database = await testDatabase({ template: 'project' })
  const script = await readFile(new URL('./fixtures/studio.sql', import.meta.url), 'utf8')
  await database.admin.session((session) => session.script(script))
  const settings = RestConfig.parse({ ...config, ...changes })
  const observe = memoryObserve()
  const connection = database.as('authenticator')
  const line = openLine({ ...connection, size: 2, observe })
  const pool = openPool({ ...connection, size: 1, applicationName: 'catalogue', observe })
  const read = () =>
    readCatalogue(pool, { schemas: settings.schemas, extraSearchPath: settings.extraSearchPath })
  let catalogue = await read()
  const app = makeServer({ observe })
  app.addHook('onRequest', (request, _reply, done) => {
    const role = String(request.headers['x-as'] ?? 'anon')
    const claims = { role }
    request.caller = { role, claims, claimsJson: JSON.stringify(claims), keyKind: 'none', token: undefined }
    done()
  })
  const schema = { current: () => catalogue }
  await app.register(restService({ line, schema, config: settings, observe }), { prefix: '/rest/v1' })

  const ask = async ({ method = 'GET', path, headers = {}, body, as }: Ask): Promise<Told> => {
    const isObject = typeof body === 'object' && !Buffer.isBuffer(body)
    const payload = isObject ? JSON.stringify(body) : body
    const answer = await app.inject({
      // Fastify's own type lists the methods it knows; requests here may use others.
      method: method as 'GET',
      url: `/rest/v1${path}`,
      headers: { ...headers, ...(as === undefined ? undefined : { 'x-as': as }) },
      ...(payload === undefined ? undefined : { payload }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.payload,
      body: readBody(answer.payload),
    }
  }
  return {
    ask,
    app,
    database,
    observe,
    reload: async () => {
      catalogue = await read()
    },
    close: async () => {
      await app.close()
      await line.close()
      await pool.close()
      await database.drop()
    },
  }
}
