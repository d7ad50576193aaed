// What of a copy of the template may stay, and what has to be copied into it.

import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepOnlySame } from '../../src/backup/what-differs.ts'

const then = new Date('2026-01-01T00:00:00Z')
let folder: string
let from: string
let to: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-differs-'))
  from = join(folder, 'from')
  to = join(folder, 'to')
  for (const root of [from, to]) await mkdir(join(root, 'base/1'), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const put = async (root: string, name: string, text: string, at = then): Promise<void> => {
  await writeFile(join(root, name), text)
  await utimes(join(root, name), at, at)
}
const left = async () => (await readdir(to, { recursive: true })).sort()

test('what was not written to stays; what was, or has another size, is missing', async () => {
  for (const name of ['same', 'base/1/same']) for (const root of [from, to]) await put(root, name, 'text')
  for (const name of ['late', 'base/1/late']) await put(to, name, 'text')
  for (const name of ['late', 'base/1/late']) await put(from, name, 'else', new Date(then.getTime() + 1))
  await put(from, 'long', 'longer')
  await put(to, 'long', 'long')
  expect(keepOnlySame(from, to).sort()).toEqual(['base/1/late', 'late', 'long'])
  expect(await left()).toEqual(['base', 'base/1', 'base/1/same', 'same'])
})

test('what the source does not have goes; what the copy does not have is missing, folders as a whole', async () => {
  await put(to, 'base/1/more', 'text')
  await mkdir(join(to, 'base/5'))
  await put(to, 'base/5/file', 'text')
  await mkdir(join(from, 'base/7'))
  await put(from, 'base/7/file', 'text')
  await put(from, 'new', 'text')
  expect(keepOnlySame(from, to).sort()).toEqual(['base/7', 'new'])
  expect(await left()).toEqual(['base', 'base/1'])
})

test('a file, a folder and a link are never the same, and what is not wanted goes', async () => {
  await put(to, 'link', 'text')
  await symlink('elsewhere', join(from, 'link'))
  await put(to, 'folder', 'text')
  await mkdir(join(from, 'folder'))
  await mkdir(join(to, 'file'))
  await put(from, 'file', 'text')
  for (const root of [from, to]) await put(root, 'unwanted', 'text')
  expect(keepOnlySame(from, to, (name) => name !== 'unwanted').sort()).toEqual(['file', 'folder', 'link'])
  expect(await left()).toEqual(['base', 'base/1'])
})

test('a source that vanishes is missing nothing', async () => {
  await rm(join(from, 'base'), { recursive: true })
  await put(to, 'base/1/file', 'text')
  expect(keepOnlySame(from, to)).toEqual([])
  expect(await left()).toEqual([])
})
