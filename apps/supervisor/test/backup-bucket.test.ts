// The file that names the bucket: what is wrong with it is said in words.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBackupBucket } from '../src/backup-bucket.ts'

let file: string
beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), 'plinth-bucket-')), 'bucket.json')
})
afterAll(() => rmSync(join(file, '..'), { recursive: true }))

const good = { bucket: 'backups', accessKeyId: 'a', secretAccessKey: 'b' }

test.each([
  ['{', /it is not JSON/],
  [JSON.stringify({ ...good, endpoint: 'http://s3.example.com' }), /endpoint: must begin with https:\/\//],
  [JSON.stringify({ ...good, endpoint: 'https://s3.example.com/x' }), /endpoint: must name a server/],
  [JSON.stringify({ ...good, endpoint: 'https://me:pw@s3.example.com' }), /endpoint: must name a server/],
  [JSON.stringify({ ...good, prefix: '/plinth/' }), /prefix: must not begin with a slash/],
  [JSON.stringify({ ...good, prefix: 'a//b' }), /prefix: must not begin/],
  [JSON.stringify({ ...good, bucket: '' }), /bucket: /],
])('%s', async (text, message) => {
  writeFileSync(file, text)
  await expect(readBackupBucket(file)).rejects.toThrow(message)
})

test('one that is right, and one that is not there', async () => {
  writeFileSync(file, JSON.stringify({ ...good, endpoint: 'https://s3.example.com:9000', prefix: 'plinth/' }))
  expect(await readBackupBucket(file)).toMatchObject({ bucket: 'backups', region: 'us-east-1' })
  await expect(readBackupBucket(`${file}.not`)).rejects.toThrow('it cannot be read')
})
