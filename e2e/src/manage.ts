// The Management API as a platform's own code would call it.

import type { Installation } from './installation.ts'
import { until } from './until.ts'

export type Reply = { readonly status: number; readonly body: any; readonly headers: Headers }

export const makeManage =
  (installation: Pick<Installation, 'api' | 'token'>) =>
  async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const reply = await fetch(`${installation.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${installation.token}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await reply.text()
    const isJson = reply.headers.get('content-type')?.includes('json')
    return { status: reply.status, body: isJson && text ? JSON.parse(text) : text, headers: reply.headers }
  }

export type Manage = ReturnType<typeof makeManage>

export type Project = {
  readonly ref: string
  readonly password: string
  readonly url: string
  readonly host: string
  readonly keys: {
    readonly anon: string
    readonly service: string
    readonly publishable: string
    readonly secret: string
  }
}

/** Creates a project and waits until it is healthy. */
export const createProject = async (manage: Manage, name: string): Promise<Project> => {
  const organizations = await manage('GET', '/v1/organizations')
  const password = `pass-${name}-${Math.random().toString(36).slice(2)}`
  const created = await manage('POST', '/v1/projects', {
    name,
    organization_slug: organizations.body[0].id,
    region: 'us-east-1',
    db_pass: password,
  })
  if (created.status !== 201) throw new Error(`create: ${created.status} ${JSON.stringify(created.body)}`)
  const ref: string = created.body.ref
  const project = await until(`${name} to be healthy`, async () => {
    const { body } = await manage('GET', `/v1/projects/${ref}`)
    if (body.status === 'INIT_FAILED') throw new Error(`INIT_FAILED ${JSON.stringify(body)}`)
    return body.status === 'ACTIVE_HEALTHY' && body
  })
  const keys = (await manage('GET', `/v1/projects/${ref}/api-keys?reveal=true`)).body as {
    name: string
    type: string
    api_key: string
  }[]
  const keyOf = (find: (key: (typeof keys)[number]) => boolean) => keys.find(find)?.api_key ?? ''
  return {
    ref,
    password,
    url: project.endpoints.api_loopback,
    host: new URL(project.endpoints.api).host,
    keys: {
      anon: keyOf((key) => key.name === 'anon'),
      service: keyOf((key) => key.name === 'service_role'),
      publishable: keyOf((key) => key.type === 'publishable'),
      secret: keyOf((key) => key.type === 'secret'),
    },
  }
}

/** Runs SQL through the Management API as the owner. */
export const query = async (manage: Manage, ref: string, sql: string): Promise<any[]> => {
  const { status, body } = await manage('POST', `/v1/projects/${ref}/database/query`, { query: sql })
  if (status !== 201) throw new Error(`query: ${status} ${JSON.stringify(body)}`)
  return body
}
