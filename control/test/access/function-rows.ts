// Rows of the access table: edge functions. One project has a function that all may read; changes get their own.

import { entrypoint, file, form } from '../functions/forms.ts'
import type { TestControl } from '../test-control.ts'
import { all, type Row, writers } from './row.ts'

export const functionRows = (t: TestControl): readonly Row[] => {
  const create = async (slug: string, ref: string) => {
    const made = await t.asOwner('POST', `/v1/projects/${ref}/functions`, { slug, name: slug, body: 'x' })
    return made.body
  }
  let shared: Promise<string> | undefined
  const makeShared = async () => {
    const ref = await t.createProject()
    await create('hello', ref)
    return ref
  }
  const at =
    (tail: string, body?: unknown, headers: object = {}): Row['make'] =>
    async () => {
      shared ??= makeShared()
      return { path: `/v1/projects/${await shared}/functions${tail}`, body, headers }
    }
  let count = 0
  const unique = () => `f${count++}`
  const deployed = form([entrypoint('index.ts'), file('index.ts', 'x')])
  return [
    { id: 'v1-list-all-functions', make: at(''), ...all(200) },
    {
      id: 'v1-deploy-a-function',
      make: at('/deploy?slug=form', deployed.body.toString(), deployed.headers),
      ...writers(201),
    },
    {
      id: 'v1-create-a-function',
      make: () => at('', { slug: unique(), name: 'x', body: 'x' })(),
      ...writers(201),
    },
    {
      id: 'v1-bulk-update-functions',
      make: async () => {
        const ref = await t.createProject()
        return { path: `/v1/projects/${ref}/functions`, body: [await create('a', ref)] }
      },
      ...writers(200),
    },
    { id: 'v1-get-a-function', make: at('/hello'), ...all(200) },
    { id: 'v1-update-a-function', make: at('/hello', { name: 'New' }), ...writers(200) },
    {
      id: 'v1-delete-a-function',
      make: async () => {
        const ref = await t.createProject()
        await create('a', ref)
        return { path: `/v1/projects/${ref}/functions/a` }
      },
      ...writers(200),
    },
    { id: 'v1-get-a-function-body', make: at('/hello/body'), ...all(200), isFile: true },
  ]
}
