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
    expect(given).toEqual([700_001, 700_002, 700_003, 700_001])
    const again = await openUids(file, true)
    expect(['a', 'b', 'c', 'd'].map((name) => again.find(name))).toEqual([
      700_001,
      700_002,
      700_003,
      undefined,
    ])
    expect(await again.ensure('d')).toBe(700_004)
  })

  it('are reused only after they were released', async () => {
    const uids = await openUids(file, true)
    for (const name of ['a', 'b']) await uids.ensure(name)
    await uids.release('a')
    expect(await (await openUids(file, true)).ensure('c')).toBe(700_001)
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
