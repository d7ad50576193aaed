// A whole control plane for one test file: its own control database, a project's database, a stand-in for the
// supervisor, and people of every role.

import { randomBytes } from 'node:crypto'
import type { StackSpec } from '@plinth/contracts'
import { newAccessToken, newRef } from '@plinth/crypto'
import { makeOutbound, makeServer, type Outbound } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { ident, migrate, openPool, type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { expect, vi } from 'vitest'
import { insertAccount } from '../src/accounts/queries.ts'
import { insertToken } from '../src/accounts/token-queries.ts'
import type { TokenScope } from '../src/frame/caller.ts'
import type { Role } from '../src/frame/scopes.ts'
import { type ControlSettings, connectSupervisor, makeControl, managementDialect } from '../src/index.ts'
import { migrations } from '../src/migrations.generated.ts'
import { insertMember, insertOrganization } from '../src/organizations/queries.ts'
import { getSpec, writeSpec } from '../src/projects/spec.ts'
import { standInSupervisor } from './stand-in-supervisor.ts'

export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: any
}

type Ask = { readonly token?: string | undefined; readonly body?: unknown; readonly headers?: object }

export type TestOptions = {
  readonly settings?: Partial<ControlSettings>
  /** Opens a project database, for tests that run SQL. */
  readonly project?: boolean
  /** Every project gets a database of its own, as on a real host; a new edition a new one. */
  readonly ownDatabases?: boolean
  /** Stands in for the outside world. */
  readonly outbound?: Outbound
}

const people = async (db: Pool) => {
  const organization = newRef()
  await insertOrganization(db, organization, 'Ours')
  const person = async (name: string, role: Role) => {
    const id = await insertAccount(db, { email: `${name}@example.com`, username: name })
    const token = newAccessToken()
    await insertToken(db, { accountId: id, name: 'test', token })
    await insertMember(db, { organizationId: organization, accountId: id, role })
    return { id, token }
  }
  const owner = await person('owner', 'owner')
  const administrator = await person('administrator', 'administrator')
  const developer = await person('developer', 'developer')
  const reader = await person('reader', 'read-only')
  const strangerId = await insertAccount(db, { email: 'stranger@example.com', username: 'stranger' })
  const stranger = { id: strangerId, token: newAccessToken() }
  const foreign = newRef()
  await insertToken(db, { accountId: strangerId, name: 'test', token: stranger.token })
  await insertOrganization(db, foreign, 'Theirs')
  await insertMember(db, { organizationId: foreign, accountId: strangerId, role: 'owner' })
  return { organization, foreign, owner, administrator, developer, reader, stranger }
}

/** Databases as a host makes them: by ref and edition. */
const makeDatabases = () => {
  const made = new Map<string, Promise<TestDatabase>>()
  const make = async (): Promise<TestDatabase> => {
    const database = await testDatabase({ template: 'project' })
    await database.admin.run(sql`alter database ${ident(database.database)} owner to postgres`)
    return database
  }
  return {
    of: ({ ref, database: { edition } }: StackSpec): Promise<TestDatabase> => {
      const name = `${ref} ${edition}`
      const database = made.get(name) ?? make()
      made.set(name, database)
      return database
    },
    drop: async () => {
      for (const database of made.values()) await (await database).drop()
    },
  }
}

export const testControl = async (options: TestOptions = {}) => {
  const database = await testDatabase()
  const hasProject = options.project || options.ownDatabases
  const project = hasProject ? await testDatabase({ template: 'project' }) : undefined
  // A clone belongs to who made it; a project's database belongs to its owner.
  await project?.admin.run(sql`alter database ${ident(project.database)} owner to postgres`)
  const pool = openPool({ ...database, size: 5, applicationName: 'test control' })
  await migrate(pool, [{ owner: 'control', role: database.user, migrations }])
  const host = await standInSupervisor(project?.socketDir ?? '/nowhere')
  const supervisor = connectSupervisor(host.socketPath)
  const observe = memoryObserve({ expected: ['spec.not_applied', 'request.failed'] })
  const key = randomBytes(32)
  const settings: ControlSettings = {
    domain: 'localhost',
    port: 8000,
    databasePort: 54_320,
    poolerPort: 54_329,
    // Nobody listens there: no record is found.
    dnsServers: ['127.0.0.1:9'],
    projectPorts: { first: 41_000, last: 41_999 },
    region: 'eu-central-1',
    services: ['auth', 'db', 'db_postgres_user', 'rest'],
    projectDatabase: project?.database ?? 'postgres',
    statementTimeoutMs: 5000,
    resultBytes: 1_000_000,
    requestsPerMinute: 100_000,
    ...options.settings,
  }
  const outbound = options.outbound ?? makeOutbound()
  const control = makeControl({ pool, supervisor, key, settings, observe, outbound })
  const app = makeServer({ observe, dialect: managementDialect, trustProxy: true, bodyLimit: 100_000 })
  await app.register(control.service)
  await app.ready()
  const leaving = new AbortController()
  const following = control.follow(leaving.signal)
  const who = await people(pool)

  const call = async (method: string, path: string, ask: Ask = {}): Promise<Reply> => {
    const response = await app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        ...(ask.token !== undefined && { authorization: `Bearer ${ask.token}` }),
        ...(ask.body !== undefined && typeof ask.body !== 'string' && { 'content-type': 'application/json' }),
        ...ask.headers,
      },
      ...(ask.body !== undefined && {
        payload: typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body),
      }),
    })
    const text = response.body
    const isJson = String(response.headers['content-type']).startsWith('application/json')
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    }
  }
  const asOwner = (method: string, path: string, body?: unknown, headers: object = {}) =>
    call(method, path, { token: who.owner.token, body, headers })

  const untilStatus = (ref: string, status: string) =>
    vi.waitFor(async () => expect((await asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe(status), {
      interval: 10,
    })

  /** In tests the password of every role is its name; the spec of a test project says so. */
  const usePasswordsOfTests = async (ref: string) => {
    const spec = await getSpec(pool, key, ref)
    const passwords = Object.fromEntries(Object.keys(spec.database.passwords).map((role) => [role, role]))
    await writeSpec(pool, key, {
      ...spec,
      database: { ...spec.database, passwords: passwords as typeof spec.database.passwords },
    })
  }

  const databases = makeDatabases()
  if (options.ownDatabases) {
    host.prepare = async (spec) => {
      const { database } = await databases.of(spec)
      if (spec.database.passwords.plinth_sql !== 'plinth_sql') await usePasswordsOfTests(spec.ref)
      return database
    }
  }

  const createProject = async (body: object = {}): Promise<string> => {
    const wish = {
      name: 'Shop',
      organization_slug: who.organization,
      db_pass: 'correct horse',
      region: 'eu-west-1',
    }
    const reply = await asOwner('POST', '/v1/projects', { ...wish, ...body })
    expect(reply.status).toBe(201)
    await untilStatus(reply.body.ref, 'ACTIVE_HEALTHY')
    if (project !== undefined && !options.ownDatabases) await usePasswordsOfTests(reply.body.ref)
    return reply.body.ref
  }

  const newToken = async (accountId: string, scope?: TokenScope, expiresAt?: string): Promise<string> => {
    const token = newAccessToken()
    await insertToken(pool, {
      accountId,
      name: 'test',
      token,
      ...(scope && { scope }),
      ...(expiresAt && { expiresAt }),
    })
    return token
  }

  /** From here on nothing is followed and nothing sent again, as after a kill; doors still read. */
  const stopFollowing = async () => {
    leaving.abort()
    control.close()
    await following
  }

  return {
    app,
    stopFollowing,
    pool,
    key,
    host,
    control,
    observe,
    project,
    settings,
    ...who,
    call,
    asOwner,
    untilStatus,
    createProject,
    usePasswordsOfTests,
    newToken,
    close: async () => {
      await app.close()
      await stopFollowing()
      await supervisor.close()
      await host.close()
      await pool.close()
      await databases.drop()
      await project?.drop()
      await database.drop()
      observe.check()
    },
  }
}
export type TestControl = Awaited<ReturnType<typeof testControl>>
