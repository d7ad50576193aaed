// Orders that move a project through its life.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createProject } from '../../src/manage.ts'
import { until } from '../../src/until.ts'
import { eitherOf, type Order, ok, one, type Site } from './order.ts'

const nano = { size: 'nano', connections: '60' }
const small = { size: 'small', connections: '90' }

export const lifeOrders = async (site: Site): Promise<readonly Order[]> => {
  const { manage, control, installation } = site
  const make = async (name: string) => (await createProject(manage, name)).ref
  const [paused, awake, restarted, resized, removed] = [
    await make('paused'),
    await make('awake'),
    await make('restarted'),
    await make('resized'),
    await make('removed'),
  ]
  const statusOf = async (ref: string): Promise<string> =>
    (await control('select status from projects where ref = $1', [ref]))[0].status
  const path = (ref: string, tail: string) => `/v1/projects/${ref}${tail}`
  ok(await manage('POST', path(paused, '/pause')))
  await until('the pause', async () => (await statusOf(paused)) === 'INACTIVE', 60_000)
  const startOf = () => one(site, restarted, 'select pg_postmaster_start_time()::text')
  const started = await startOf()
  const [{ id: organization }] = (await manage('GET', '/v1/organizations')).body
  const name = `born in a crash ${paused}`
  const found = async () =>
    (await manage('GET', '/v1/projects')).body.filter((project: { name: string }) => project.name === name)
  const folderOf = async (ref: string) =>
    (await readdir(join(installation.data, 'clusters'))).includes(ref) ? ['there'] : []
  const applySize = (variant: string) =>
    manage('PATCH', path(resized, '/billing/addons'), {
      addon_type: 'compute_instance',
      addon_variant: variant,
    })

  return [
    {
      name: 'create',
      give: () =>
        manage('POST', '/v1/projects', {
          name,
          organization_slug: organization,
          region: 'us-east-1',
          db_pass: 'correct horse',
        }),
      isDone: async () => {
        const made = await found()
        return eitherOf(
          made.map(({ status }: { status: string }) => status),
          [],
          ['ACTIVE_HEALTHY'],
        )
      },
      next: async (isDone) =>
        isDone ? manage('DELETE', path((await found())[0].ref, '')) : manage('GET', '/v1/projects'),
    },
    {
      name: 'pause',
      give: () => manage('POST', path(awake, '/pause')),
      isDone: async () => eitherOf(await statusOf(awake), 'ACTIVE_HEALTHY', 'INACTIVE'),
      next: (isDone) => manage('POST', path(awake, isDone ? '/restore' : '/pause')),
    },
    {
      name: 'restore',
      give: () => manage('POST', path(paused, '/restore')),
      isDone: async () => eitherOf(await statusOf(paused), 'INACTIVE', 'ACTIVE_HEALTHY'),
      next: (isDone) => manage('POST', path(paused, isDone ? '/pause' : '/restore')),
    },
    {
      name: 'restart',
      give: () => manage('POST', path(restarted, '/restart')),
      isDone: async () => (await startOf()) !== started,
      next: () => manage('POST', path(restarted, '/restart')),
    },
    {
      name: 'resize',
      give: () => applySize('ci_small'),
      isDone: async () => {
        const [{ size }] = await control('select size from projects where ref = $1', [resized])
        return eitherOf({ size, connections: await one(site, resized, 'show max_connections') }, nano, small)
      },
      next: (isDone) => applySize(isDone ? 'ci_micro' : 'ci_small'),
    },
    {
      name: 'delete',
      give: () => manage('DELETE', path(removed, '')),
      isDone: async () =>
        eitherOf(
          [await statusOf(removed), ...(await folderOf(removed))],
          ['ACTIVE_HEALTHY', 'there'],
          ['REMOVED'],
        ),
      next: (isDone) => (isDone ? manage('GET', '/v1/projects') : manage('DELETE', path(removed, ''))),
    },
  ]
}
