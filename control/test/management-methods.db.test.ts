// Every method of the community's library, called once: which there are, and what each asks for, is read
// from the library itself, and how to ask successfully from the access table. A method without success fails.

import * as library from 'supabase-management-js'
import { afterAll, describe, expect, test } from 'vitest'
import { findNotOffered } from '../src/frame/not-offered.ts'
import { operations } from '../src/index.ts'
import type { Request } from './access/row.ts'
import { accessRows } from './access/rows.ts'
import { callback, newApp } from './oauth/apps.ts'
import { testControl } from './test-control.ts'

const t = await testControl({ project: true })
const baseUrl = await t.app.listen({ port: 0, host: '127.0.0.1' })
const api = new library.SupabaseManagementAPI({ accessToken: t.owner.token, baseUrl })
afterAll(() => t.close())

type Called = (...args: readonly unknown[]) => Promise<{ readonly status: number }>
const exported = library as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
const members = api as unknown as Readonly<Record<string, Called>>

/** What a method asks for: verb, path with `:holes`, and the names of its arguments in order. */
const read = (name: string) => {
  const [, inner = '', list = ''] =
    /await (v1\w+)\((?:([^{]*), )?\{/.exec(members[name]?.toString() ?? '') ?? []
  const args = list.split(', ').filter((arg) => arg !== '')
  const verb = /method: "(\w+)"/.exec(exported[inner]?.toString() ?? '')?.[1] ?? ''
  const url = exported[`get${inner[0]?.toUpperCase()}${inner.slice(1)}Url`]
  const inPath = /^\(([^)]*)\)/.exec(url?.toString() ?? '')?.[1]?.split(', ') ?? []
  const holes = inPath.filter((arg) => arg !== '' && arg !== 'params')
  const path = String(url?.(...holes.map((hole) => `:${hole}`)))
  return { name, verb, path, args, holes }
}
type Method = ReturnType<typeof read>
const names = Object.getOwnPropertyNames(library.SupabaseManagementAPI.prototype)
const methods = names.filter((name) => !['constructor', 'authHeader'].includes(name)).map(read)

const shape = (path: string) => path.replace(/:\w+/g, ':')
const operationOf = ({ verb, path }: Method) =>
  operations.find(({ rest }) => rest.method === verb && shape(rest.path) === shape(path))

/** Bodies that the table holds as text of a form. */
const forms: Readonly<Record<string, unknown>> = {
  deployAFunction: {
    metadata: { entrypoint_path: 'index.ts', name: 'hello' },
    file: [new File(['x'], 'index.ts')],
  },
}
const bodyOf = (name: string, { body }: Request): unknown =>
  forms[name] ?? (typeof body === 'string' ? Object.fromEntries(new URLSearchParams(body)) : body)

const argumentsOf = (method: Method, request: Request): readonly unknown[] => {
  const url = new URL(request.path, baseUrl)
  const found = new RegExp(`^${method.path.replace(/:\w+/g, '([^/]+)')}$`).exec(url.pathname)
  return method.args.map((arg) => {
    const hole = method.holes.indexOf(arg)
    if (hole >= 0) return found?.[hole + 1]
    return arg === 'params' ? Object.fromEntries(url.searchParams) : bodyOf(method.name, request)
  })
}

test('the library is read as it is written', () => {
  expect(methods.length).toBeGreaterThan(150)
  for (const { name, verb, path } of methods)
    expect([name, verb, path]).toEqual([
      name,
      expect.stringMatching(/^[A-Z]+$/),
      expect.stringMatching(/^\/v1\//),
    ])
})

const rows = accessRows(t)
const [offered, others] = [
  methods.filter((method) => operationOf(method) !== undefined),
  methods.filter((method) => operationOf(method) === undefined),
]

describe('what is offered succeeds', () => {
  test.each(offered)('$name', async (method) => {
    const operation = operationOf(method)
    const row = rows.find(({ id }) => id === operation?.rest.id)
    if (row === undefined || operation === undefined) throw new Error(`No row for ${method.name}.`)
    const answer = await members[method.name]
      ?.call(api, ...argumentsOf(method, await row.make(t.owner.token)))
      .catch((error: unknown) => error)
    expect([row.id, answer]).toMatchObject([row.id, { status: row.owner }])
  })
})

/** Doors beside the operations; oauth/management-js.db.test.ts goes through the last two. */
const doors = new Set(['authorizeUser', 'oauthAuthorizeProjectClaim', 'exchangeOauthToken', 'revokeToken'])

test('the pages that a browser is sent to answer', async () => {
  const app = await newApp(t)
  const params = { client_id: app.client_id, redirect_uri: callback, response_type: 'code' as const }
  expect((await api.authorizeUser(params)).status).toBe(200)
  const project_ref = await t.createProject()
  expect((await api.oauthAuthorizeProjectClaim({ ...params, project_ref })).status).toBe(200)
})

describe('the rest says why not', () => {
  test.each(others.filter(({ name }) => !doors.has(name)))('$name', ({ verb, path }) => {
    expect(findNotOffered(verb, path.replace(/:\w+/g, 'x'))?.why).toMatch(/\w/)
  })
})
