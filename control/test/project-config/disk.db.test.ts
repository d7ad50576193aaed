// What a project is told of the disk.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
afterAll(() => t.close())

test('its own database and what is free, nothing of its neighbours', async () => {
  expect(await t.asOwner('GET', `/v1/projects/${ref}/config/disk/util`)).toMatchObject({
    status: 200,
    body: {
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      metrics: { fs_size_bytes: 100, fs_avail_bytes: 70, fs_used_bytes: 30 },
    },
  })
})
