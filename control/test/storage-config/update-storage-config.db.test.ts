// Settings of the storage service: kept, handed to the stack, refused where nothing is behind them.

import { sql } from '@plinth/postgres'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl({ project: true })
const ref = await t.createProject()
const path = `/v1/projects/${ref}/config/storage`
afterAll(() => t.close())

const storage = () => t.host.specs.findLast((spec) => spec.ref === ref)?.storage
const get = async () => (await t.asOwner('GET', path)).body

const edits: readonly (readonly [body: object, reply: object, spec: object])[] = [
  [{ fileSizeLimit: 1000 }, { fileSizeLimit: 1000 }, { fileSizeLimit: 1000, s3Protocol: true }],
  [
    { features: { s3Protocol: { enabled: false } } },
    { fileSizeLimit: 1000, features: { s3Protocol: { enabled: false } } },
    { fileSizeLimit: 1000, s3Protocol: false },
  ],
  [
    { features: { imageTransformation: { enabled: true } } },
    { features: { imageTransformation: { enabled: true }, s3Protocol: { enabled: false } } },
    { imageTransformation: true, s3Protocol: false },
  ],
  [
    { features: { vectorBuckets: { enabled: true, maxBuckets: 10, maxIndexes: 5 } } },
    { features: { vectorBuckets: { enabled: true, maxBuckets: 10, maxIndexes: 5 } } },
    { vectorBuckets: { enabled: true, maxBuckets: 10, maxIndexes: 5 } },
  ],
  [{ features: { purgeCache: { enabled: false } } }, { fileSizeLimit: 1000 }, { fileSizeLimit: 1000 }],
]
test.each(edits)('%j', async (body, reply, spec) => {
  expect(await t.asOwner('PATCH', path, body)).toMatchObject({ status: 200, body: '' })
  expect(await get()).toMatchObject(reply)
  expect(storage()).toMatchObject(spec)
})

const refused: readonly (readonly [body: object, message: RegExp])[] = [
  [{ fileSizeLimit: 536_870_912_001 }, /^fileSizeLimit: /],
  [{ features: { purgeCache: { enabled: true } } }, /^features.purgeCache: there is no cache/],
  [{ features: { s3Protocol: { enabled: true, more: 1 } } }, /features.s3Protocol.more should not exist/],
  [{ features: { vectorBuckets: { enabled: true } } }, /^features.vectorBuckets.max/],
  [{ external: { upstreamTarget: 'canary' } }, /^external.upstreamTarget: /],
  [{ other: 1 }, /^property other should not exist$/],
]
test.each(refused)('refuses %j', async (body, message) => {
  const reply = await t.asOwner('PATCH', path, body)
  expect(reply.status).toBe(400)
  expect([reply.body.message].flat().join('; ')).toMatch(message)
})

test('objects are listed by folder', async () => {
  await t.project?.admin.run(sql`insert into storage.buckets (id, name) values ('files', 'files')`)
  for (const name of ['a.txt', 'docs/one.txt', 'docs/two.txt', 'docs/more/x.txt', 'docsy.txt'])
    await t.project?.admin.run(
      sql`insert into storage.objects (bucket_id, name, metadata) values ('files', ${name}, '{"size": 3}')`,
    )
  const list = async (path: string, options: object = {}) =>
    (
      await t.asOwner('POST', `/v1/projects/${ref}/storage/buckets/files/objects/list`, { path, options })
    ).body.map(({ name, id, metadata }: any) => [name, id === null, metadata?.size])
  expect(await list('')).toEqual([
    ['docs', true, undefined],
    ['a.txt', false, 3],
    ['docsy.txt', false, 3],
  ])
  expect(await list('/docs/')).toEqual([
    ['more', true, undefined],
    ['one.txt', false, 3],
    ['two.txt', false, 3],
  ])
  expect(await list('docs', { limit: 1, offset: 1 })).toEqual([['one.txt', false, 3]])
  expect(await list('nowhere')).toEqual([])
})

test('buckets are those of the project’s database', async () => {
  await t.project?.admin.run(
    sql`insert into storage.buckets (id, name, public) values ('a', 'Avatars', true)`,
  )
  const reply = await t.asOwner('GET', `/v1/projects/${ref}/storage/buckets`)
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(reply.body.filter(({ id }: any) => id === 'a')).toEqual([
    { id: 'a', name: 'Avatars', owner: '', public: true, created_at: iso, updated_at: iso },
  ])
})
