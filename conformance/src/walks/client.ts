// Our own typed client of the Management API, against the whole installation.

import assert from 'node:assert/strict'
import { makeClient } from '@plinth/client'
import type { Walk } from '../walk.ts'

export const client: Walk = {
  area: 'typed client',
  steps: ({ installation, project: { ref } }) => {
    const api = makeClient({ url: installation.api, token: installation.token })
    return [
      ['projects', async () => assert.ok((await api.projects.list()).some((one) => one.ref === ref))],
      [
        'a query',
        async () => {
          const rows = await api.database.query({ ref, query: 'select $1::int as one', parameters: [1] })
          assert.deepEqual(rows, [{ one: 1 }])
        },
      ],
      [
        'keys',
        async () => {
          const made = await api.apiKeys.create({ ref, type: 'secret', name: 'typed', reveal: true })
          assert.match(made.api_key ?? '', /^sb_secret_/)
          assert.equal((await api.apiKeys.delete({ ref, id: made.id })).name, 'typed')
        },
      ],
      [
        'secrets',
        async () => {
          await api.secrets.create({ ref, secrets: [{ name: 'TYPED', value: 'b' }] })
          assert.ok((await api.secrets.list({ ref })).some(({ name }) => name === 'TYPED'))
          await api.secrets.remove({ ref, names: ['TYPED'] })
        },
      ],
      [
        'refusals',
        () =>
          assert.rejects(api.projects.get({ ref: 'a'.repeat(20) }), {
            status: 404,
            message: 'Project not found',
          }),
      ],
    ]
  },
}
