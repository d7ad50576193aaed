import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typescriptTypes } from '../src/index.ts'
import { openLibrary } from './library.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const expected = join(root, 'fixtures/schema/library.types.txt')

let database: TestDatabase
let text: string

beforeAll(async () => {
  database = await openLibrary()
  text = await typescriptTypes(database.admin, { schemas: ['public', 'missing'], postgrestVersion: '14.1' })
})
afterAll(() => database.drop())

describe('typescriptTypes', () => {
  it('writes the whole file', async () => {
    await expect(text).toMatchFileSnapshot(expected)
  })

  it('leaves out what is not asked for', async () => {
    const plain = await typescriptTypes(database.admin, { schemas: ['public'], detectOneToOne: false })
    expect(plain).not.toMatch(/isOneToOne: \w+\n\s+referencedRelation/)
    expect(plain).not.toContain('__InternalSupabase:')
    expect(plain.startsWith('export type Json =\n')).toBe(true)
  })

  it('orders schemas, and refers from one to the other', async () => {
    const both = await typescriptTypes(database.admin, { schemas: ['public', 'private'] })
    expect(both.indexOf('\n  private: {')).toBeLessThan(both.indexOf('\n  public: {'))
    expect(both).toContain('level: Database["private"]["Enums"]["secret_level"] | null')
  })

  it('is told the same twice', async () => {
    const again = await typescriptTypes(database.admin, {
      schemas: ['public', 'missing'],
      postgrestVersion: '14.1',
    })
    expect(again).toBe(text)
  })

  it('compiles, and types the official client', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-types-'))
    try {
      await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
      await writeFile(join(folder, 'database.ts'), text)
      await writeFile(
        join(folder, 'program.ts'),
        await readFile(new URL('./typescript/program.txt', import.meta.url)),
      )
      const tsc = join(root, 'node_modules/typescript/bin/tsc')
      const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext']
      const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags, join(folder, 'program.ts')], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect([status, stdout]).toEqual([0, ''])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
