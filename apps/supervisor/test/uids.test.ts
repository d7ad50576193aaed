import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUids } from '../src/uids.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-uids-'))
  file = join(folder, 'uids.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('uids', () => {
  it('are given out once, remembered, and never shared', async () => {
    const uids = await openUids(file, true)
    const given = await Promise.all(['a', 'b', 'c', 'a'].map((name) => uids.ensure(name)))
    const first = given[0] ?? 0
    expect(first).toBeGreaterThan(700_000)
    expect(given).toEqual([first, first + 1, first + 2, first])
    const again = await openUids(file, true)
    expect(['a', 'b', 'c', 'd'].map((name) => again.find(name))).toEqual([...given.slice(0, 3), undefined])
    expect(await again.ensure('d')).toBe(first + 3)
  })

  it('are reused only after they were released', async () => {
    const uids = await openUids(file, true)
    const first = await uids.ensure('a')
    await uids.ensure('b')
    await uids.release('a')
    expect(await (await openUids(file, true)).ensure('c')).toBe(first)
  })

  it('differ between two installations on one host', async () => {
    const other = join(folder, 'other.json')
    const [left, right] = await Promise.all([file, other].map((path) => openUids(path, true)))
    expect(await left?.ensure('a')).not.toBe(await right?.ensure('a'))
  })

  it('do not exist for an ordinary user', async () => {
    const uids = await openUids(file, false)
    expect(await uids.ensure('a')).toBeUndefined()
  })

  it('are not guessed when the file is damaged: two branches would share a user', async () => {
    writeFileSync(file, '{"a": 7000')
    await expect(openUids(file, true)).rejects.toThrow()
  })
})
