// Two installations with folders and ports of their own run on one machine and know nothing of each other.

import { afterAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import { type Installation, startInstallation } from '../src/installation.ts'
import { createProject, makeManage } from '../src/manage.ts'

const running: Installation[] = []
afterAll(async () => {
  for (const installation of running) await installation.remove()
})

test('two installations side by side', async () => {
  for (const start of [startInstallation, copyInstallation]) running.push(await start())
  const [left, right] = running as [Installation, Installation]
  const project = await createProject(makeManage(left), 'left')
  expect((await makeManage(left)('GET', '/v1/projects')).body).toHaveLength(1)
  expect((await makeManage(right)('GET', '/v1/projects')).body).toEqual([])
  expect((await makeManage({ api: right.api, token: left.token })('GET', '/v1/projects')).status).toBe(401)
  expect((await makeManage(right)('GET', `/v1/projects/${project.ref}`)).status).toBe(404)
})
