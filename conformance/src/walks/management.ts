// supabase-management-js: what a platform does with its projects.

import assert from 'node:assert/strict'
import { until } from '@plinth/e2e'
import { SupabaseManagementAPI } from 'supabase-management-js'
import type { Walk } from '../walk.ts'

export const management: Walk = {
  area: 'supabase-management-js',
  steps: ({ installation, project }) => {
    const api = new SupabaseManagementAPI({ accessToken: installation.token, baseUrl: installation.api })
    const organization = async () => (await api.listAllOrganizations()).data[0]?.id ?? ''
    let ref = ''
    return [
      ['organizations', async () => assert.equal((await api.listAllOrganizations()).data.length, 1)],
      [
        'projects',
        async () => assert.ok((await api.listAllProjects()).data.some(({ id }) => id === project.ref)),
      ],
      [
        'create a project and wait for it',
        async () => {
          const wish = {
            name: 'by library',
            organization_slug: await organization(),
            db_pass: 'correct horse',
          }
          ref = (await api.createAProject({ ...wish, region: 'us-east-1' })).data.id
          await until(
            'it to be healthy',
            async () => (await api.getProject(ref)).data.status === 'ACTIVE_HEALTHY',
          )
        },
      ],
      [
        'api keys',
        async () => {
          const { data: keys } = await api.getProjectApiKeys(ref)
          assert.deepEqual(keys.map(({ name }) => name).slice(0, 2), ['anon', 'service_role'])
        },
      ],
      [
        'run a query',
        async () =>
          assert.deepEqual((await api.runAQuery(ref, { query: 'select 1 as one' })).data, [{ one: 1 }]),
      ],
      [
        'types',
        async () => assert.match((await api.generateTypescriptTypes(ref)).data.types, /export type Database/),
      ],
      [
        'data API configuration',
        async () => assert.equal((await api.getPostgrestServiceConfig(ref)).data.max_rows, 1000),
      ],
      [
        'health',
        async () => {
          const { data: services } = await api.getServicesHealth(ref, { services: ['auth', 'rest'] })
          assert.deepEqual(
            services.map(({ status }) => status),
            ['ACTIVE_HEALTHY', 'ACTIVE_HEALTHY'],
          )
        },
      ],
      ['delete the project', async () => void (await api.deleteAProject(ref))],
    ]
  },
}
