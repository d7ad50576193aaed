// What a table of settings is made of: each is changed through the Management API and looked for where it counts.

import type { Project } from '../../src/manage.ts'

export type Effect = {
  readonly name: string
  /** The end of the path below the project. */
  readonly path: string
  readonly change: object
  /** The body that undoes it. */
  readonly back: object
  /** What a client meets. */
  readonly seen: () => Promise<unknown>
  readonly before: unknown
  readonly after: unknown
}

export const password = 'correct horse'
let people = 0

/** One call to the data plane of a project with its publishable key; redirects are not followed. */
export const caller =
  (project: Project) =>
  async (path: string, body?: object, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${project.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { apikey: project.keys.publishable, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    const isJson = reply.headers.get('content-type')?.includes('json')
    return { status: reply.status, headers: reply.headers, body: isJson && text ? JSON.parse(text) : text }
  }
export type Caller = ReturnType<typeof caller>

export const newAddress = (): string => {
  people += 1
  return `person-${people}@example.com`
}
