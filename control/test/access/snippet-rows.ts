// Rows of the access table: SQL snippets and notebooks. One project keeps them all.

import type { TestControl } from '../test-control.ts'
import { all, type Row, writers } from './row.ts'

export const notebook = (name: string) => ({
  data: {
    type: 'notebook',
    attributes: {
      name,
      content: {
        cells: [
          { type: 'markdown', text: '# Hello' },
          { type: 'database', sql: 'select 1' },
          { type: 'log', sql: 'select 1', time_range: { type: 'relative', unit: 'hour', amount: 1 } },
        ],
      },
    },
  },
})

export const snippetRows = (t: TestControl): readonly Row[] => {
  let shared: Promise<string> | undefined
  const place = () => {
    shared ??= t.createProject()
    return shared
  }
  const snippet = async () => {
    const path = `/platform/projects/${await place()}/snippets`
    const made = await t.asOwner('POST', path, { name: 'One', sql: 'select 1', visibility: 'project' })
    return { path, id: made.body.id }
  }
  const notebooks = (body?: unknown): Row['make'] => {
    return async () => ({ path: `/v2/projects/${await place()}/notebooks`, body })
  }
  const oneNotebook = (body?: unknown): Row['make'] => {
    return async () => {
      const path = `/v2/projects/${await place()}/notebooks`
      return { path: `${path}/${(await t.asOwner('POST', path, notebook('One'))).body.data.id}`, body }
    }
  }
  const rename = { data: { type: 'notebook', attributes: { name: 'Two' } } }
  return [
    {
      id: 'v1-list-all-snippets',
      make: () => ({ path: '/v1/snippets?limit=2' }),
      ...all(200),
      stranger: 200,
    },
    {
      id: 'v1-get-a-snippet',
      make: async () => ({ path: `/v1/snippets/${(await snippet()).id}` }),
      ...all(200),
    },
    {
      id: 'create-snippet',
      make: async () => ({
        path: `/platform/projects/${await place()}/snippets`,
        body: { name: 'x', sql: 'x' },
      }),
      ...writers(201),
    },
    {
      id: 'delete-snippet',
      make: async () => {
        const { path, id } = await snippet()
        return { path: `${path}/${id}` }
      },
      ...writers(204),
    },
    { id: 'v2ListNotebooks', make: notebooks(), ...all(200) },
    { id: 'v2CreateNotebook', make: notebooks(notebook('One')), ...writers(200) },
    { id: 'v2GetNotebook', make: oneNotebook(), ...all(200) },
    { id: 'v2UpdateNotebook', make: oneNotebook(rename), ...writers(200) },
    { id: 'v2DeleteNotebook', make: oneNotebook(), ...writers(200) },
  ]
}
