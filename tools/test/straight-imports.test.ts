// Imports that go straight to the file that has what is asked for.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findOffers, makeStraighten, straighten } from '../build/straight-imports.ts'
import { root } from '../root.ts'

const files: Readonly<Record<string, string>> = {
  '/a/index.ts': `export { type Kind, make, take as fetch } from './make.ts'
export type { Only } from './only.ts'
export * from './more.ts'`,
  '/a/more.ts': `export const one = 1
export async function two() {}
export type Three = 3
export * from './most.ts'`,
  '/a/most.ts': 'export class Four {}',
}
const read = async (file: string): Promise<string> => files[file] ?? ''

test('what a package offers is found where it is made', async () => {
  const offers = await findOffers('/a/index.ts', read)
  expect(Object.fromEntries(offers)).toEqual({
    make: { file: '/a/make.ts', name: 'make' },
    fetch: { file: '/a/make.ts', name: 'take' },
    one: { file: '/a/more.ts', name: 'one' },
    two: { file: '/a/more.ts', name: 'two' },
    Four: { file: '/a/most.ts', name: 'Four' },
  })
})

test('imports and what is passed on name the file; types and strangers stay', async () => {
  const offers = await findOffers('/a/index.ts', read)
  const text = `import {
  type Kind,
  fetch as load,
  unknown,
} from '@plinth/a'
export { make } from '@plinth/a'
import { x } from '@plinth/b'
import { y } from 'zod'`
  const straight = straighten(text, (name) => (name === '@plinth/a' ? offers : undefined))
  expect(
    straight,
  ).toBe(`import { take as load } from '/a/make.ts'; import { unknown as unknown } from '@plinth/a'
export { make as make } from '/a/make.ts'
import { x } from '@plinth/b'
import { y } from 'zod'`)
})

test('a package that may do something when it is imported is left alone', async () => {
  const toFiles = makeStraighten(join(root, 'node_modules'))
  const http = join(root, 'ground/http/src/plain-address.ts')
  expect(await toFiles("import { plainAddress } from '@plinth/http'")).toBe(
    `import { plainAddress as plainAddress } from '${http}'`,
  )
  const other = "import { openTemplates } from '@plinth/cluster'"
  expect(await toFiles(other)).toBe(other)
})
