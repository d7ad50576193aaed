import { randomBytes } from 'node:crypto'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSpecs, type Specs } from '../src/specs.ts'
import { refOf, specOf } from './fixtures.ts'

const key = randomBytes(32)
let folder: string
let specs: Specs
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-specs-'))
  specs = await openSpecs(folder, key)
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('specs', () => {
  it('come back as they were written, the last version only', async () => {
    await specs.write(specOf(refOf(1), 1))
    await specs.write(specOf(refOf(1), 2))
    expect(await (await openSpecs(folder, key)).list()).toEqual([
      { ref: refOf(1), spec: specOf(refOf(1), 2) },
    ])
  })

  it('are private, sealed and leave no drafts', async () => {
    const spec = specOf(refOf(1))
    await specs.write(spec)
    const file = join(folder, `${spec.ref}.sealed`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain('secret')
    expect(readdirSync(folder)).toEqual([`${spec.ref}.sealed`])
  })

  it.each([
    ['cut off', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 50))],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['no secret of ours', (file: string) => writeFileSync(file, 'hello')],
    ["another branch's", (file: string) => copyFileSync(join(folder, `${refOf(2)}.sealed`), file)],
  ])('whose file is %s are reported as unreadable, the others as they are', async (_name, damage) => {
    await specs.write(specOf(refOf(1)))
    await specs.write(specOf(refOf(2)))
    damage(join(folder, `${refOf(1)}.sealed`))
    const found = new Map((await specs.list()).map(({ ref, spec }) => [ref, spec]))
    expect(found).toEqual(
      new Map([
        [refOf(1), undefined],
        [refOf(2), specOf(refOf(2))],
      ]),
    )
  })

  it('cannot be opened with another key', async () => {
    await specs.write(specOf(refOf(1)))
    const other = await openSpecs(folder, randomBytes(32))
    expect(await other.list()).toEqual([{ ref: refOf(1), spec: undefined }])
  })

  it('can be removed, twice', async () => {
    await specs.write(specOf(refOf(1)))
    await specs.remove(refOf(1))
    await specs.remove(refOf(1))
    expect(await specs.list()).toEqual([])
  })
})
