import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureSealedFile, readSealedFile, writeSealedFile } from '../src/index.ts'

const key = randomBytes(32)
const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-'))
  file = join(folder, 'a.key')
})
afterEach(() => rm(folder, { recursive: true }))

test('what is written lies there sealed, for its owner only', async () => {
  await writeSealedFile(file, key, pem)
  expect(await readFile(file, 'utf8')).not.toContain('PRIVATE')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readSealedFile(file, key)).toBe(pem)
  await expect(readSealedFile(file, randomBytes(32))).rejects.toThrow()
})

test('a plain file of old is read once and sealed', async () => {
  await writeFile(file, pem)
  expect(await readSealedFile(file, key)).toBe(pem)
  expect(await readFile(file, 'utf8')).not.toContain('PRIVATE')
  expect(await readSealedFile(file, key)).toBe(pem)
})

test('those who make one at once end up with the same, and leave nothing else', async () => {
  const made = Array.from({ length: 5 }, (_, n) => ensureSealedFile(file, key, () => `secret ${n}`))
  expect(new Set(await Promise.all(made)).size).toBe(1)
  expect(await readdir(folder)).toEqual(['a.key'])
  expect(await readSealedFile(join(folder, 'none'), key)).toBeUndefined()
})
