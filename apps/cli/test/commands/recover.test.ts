// `plinth recover` and `plinth backup` say what is missing before they touch anything.

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'plinth-recover-'))
afterAll(() => rmSync(folder, { recursive: true }))

const main = new URL('../../src/main.ts', import.meta.url).pathname
const run = async (args: readonly string[], env: Record<string, string>) => {
  const child = spawn(process.execPath, ['--conditions=source', main, ...args], { env, stdio: 'pipe' })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { code, says: out + err }
}

const key = join(folder, 'key')
const bucket = join(folder, 'bucket.json')
const data = join(folder, 'data')
writeFileSync(key, 'a'.repeat(64))
const nowhere = {
  endpoint: 'https://127.0.0.1:1',
  bucket: 'b',
  accessKeyId: 'a',
  secretAccessKey: 'never shown',
}
writeFileSync(bucket, JSON.stringify(nowhere))

test.each([
  ['no key', [], {}, 'The installation key is missing'],
  ['a key that is none', ['--key', bucket], {}, 'holds no installation key'],
  ['no bucket', ['--key', key], { PLINTH_BACKUP_S3_FILE: '' }, 'PLINTH_BACKUP_S3_FILE'],
  ['a bucket that does not answer', ['--key', key], {}, 'The bucket b cannot be used'],
])('recover with %s', async (_name, args, more, reason) => {
  const { code, says } = await run(['recover', ...args], {
    PLINTH_DATA: data,
    PLINTH_BACKUP_S3_FILE: bucket,
    ...more,
  })
  expect([code, says]).toEqual([1, expect.stringContaining(reason)])
  expect(says).not.toContain('never shown')
})

test('recover leaves a data folder alone that holds something', async () => {
  const taken = join(folder, 'taken')
  mkdirSync(taken)
  writeFileSync(join(taken, 'mine'), '')
  const { code, says } = await run(['recover', '--key', key], {
    PLINTH_DATA: taken,
    PLINTH_BACKUP_S3_FILE: bucket,
  })
  expect([code, says]).toEqual([1, expect.stringContaining('is not empty')])
  expect(readdirSync(taken)).toEqual(['mine'])
})

test('a recovery that was interrupted goes on, and nothing is started meanwhile', async () => {
  const half = join(folder, 'half')
  mkdirSync(half)
  writeFileSync(join(half, '.recovering'), '')
  const env = { PLINTH_DATA: half, PLINTH_BACKUP_S3_FILE: bucket }
  const again = await run(['recover', '--key', key], env)
  expect([again.code, again.says]).toEqual([1, expect.stringContaining('The bucket b cannot be used')])
  const started = await run(['up'], env)
  expect([started.code, started.says]).toEqual([1, expect.stringContaining('filled only in part')])
  expect(readdirSync(half)).toEqual(['.recovering'])
})

test('backup without an installation that runs', async () => {
  const { code, says } = await run(['backup'], { PLINTH_DATA: join(folder, 'none') })
  expect([code, says]).toEqual([1, expect.stringContaining('No installation answers')])
})
