// What makes bundles cheap to load: tried on small bundles of their own.

import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { builtinsAsNeeded, findUnused, toAscii } from '../build/lean.ts'

const bundle = async (contents: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: [builtinsAsNeeded],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

const run = (text: string): Promise<{ readonly found: unknown }> =>
  import(`data:text/javascript,${encodeURIComponent(text)}`)

test("takes of Node's modules what is used, and nothing else", async () => {
  const text = await bundle(
    `import { createServer } from 'node:http'
     import path, { join } from 'path'
     import { setTimeout as pause } from 'node:timers/promises'
     export const found = [typeof createServer, join('a', 'b'), path.posix.join('c', 'd'), await pause(1, 'over')]`,
  )
  expect(await run(text)).toMatchObject({ found: ['function', 'a/b', 'c/d', 'over'] })
  expect(text).not.toContain('WebSocket')
  expect(text).not.toMatch(/^import/m)
})

test('loads what is seldom called with the first call', async () => {
  const text = await bundle(
    `import { getHeapStatistics } from 'node:v8'
     import { Script, isContext } from 'vm'
     import { readFile } from 'node:fs/promises'
     export const found = [
       new Script('1 + 1').runInThisContext(), isContext({}), getHeapStatistics().total_heap_size > 0,
       await readFile('/dev/null', 'utf8'),
     ]`,
  )
  expect(await run(text)).toMatchObject({ found: [2, false, true, ''] })
})

test('what a library asks for as it is loaded is loaded when it is used', async () => {
  const text = await bundle(
    `const assert = require('assert'), http2 = require('node:http2')
     assert(true); assert.equal(1, 1)
     export const found = [typeof http2.connect, assert instanceof Function]`,
  )
  expect(await run(text)).toMatchObject({ found: ['function', true] })
  expect(text).not.toContain('Dynamic require')
})

test('letters beyond ASCII mean the same when they are written out', async () => {
  const text = toAscii(String.raw`export const found = [/^\d+(µs|😀)$/u.test('5😀'), 'ü'] // ü`)
  expect(text).toMatch(/^[\0-\x7f]*$/)
  expect(await run(text)).toMatchObject({ found: [true, 'ü'] })
})

test('chunks of this build and of the one before stay', () => {
  const present = ['stack.mjs', 'chunk-now.mjs', 'chunk-before.mjs', 'chunk-old.mjs']
  const unused = findUnused(present, ['stack.mjs', 'chunk-now.mjs'], ['stack.mjs', 'chunk-before.mjs'])
  expect(unused).toEqual(['chunk-old.mjs'])
})
