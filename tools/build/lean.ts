// What makes bundles cheap to load: every stack process is one, so what each of them holds for nothing counts a hundredfold.

import { readFile } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { makeStraighten } from './straight-imports.ts'

const require = createRequire(import.meta.url)
const builtins = new Set(builtinModules)

/** Modules that many processes never call, and that are loaded by the first call. */
const late: ReadonlySet<string> = new Set(['fs/promises', 'https', 'tls', 'v8', 'vm'])

/** Stated one by one, so that only what is used is ever looked at. */
const exportsOf = (name: string): string => {
  const offered: Readonly<Record<string, unknown>> = require(`node:${name}`)
  const names = Object.keys(offered).filter((one) => /^[a-z_$][\w$]*$/i.test(one))
  // Not a class, whose name begins with a capital: it may be extended, or asked whether something is one of its kind.
  const isLate = (one: string) =>
    late.has(name) && typeof offered[one] === 'function' && one[0] === one[0]?.toLowerCase()
  const lines = names.map(
    (one) =>
      `const _${one} = /* @__PURE__ */ ${isLate(one) ? 'call' : 'take'}('${one}'); export { _${one} as ${one} }`,
  )
  return [
    `const load = () => process.getBuiltinModule('node:${name}')`,
    'const take = (name) => load()[name]',
    'const call = (name) => (...given) => load()[name](...given)',
    'const module = /* @__PURE__ */ load()',
    'export { module as default }',
    ...lines,
  ].join('\n')
}

/** What libraries ask for as they are loaded, and what of it our processes seldom or never need. */
const lateRequired: ReadonlySet<string> = new Set(['assert', 'http2', 'https', 'tls'])

/** Looked at when something of it is used: by its name, or by calling it. */
const standIn = (name: string): string =>
  `const load = () => process.getBuiltinModule('node:${name}')
   module.exports = new Proxy(() => undefined, {
     get: (_, name) => load()[name],
     apply: (_, self, given) => load()(...given),
   })`

/**
 * Importing one of Node's modules looks at everything it offers, which for `node:http` loads its whole fetch client:
 * 25 ms and 5 MiB of each process (measured 2026-11). Here a program looks at what it uses only.
 */
export const builtinsAsNeeded: Plugin = {
  name: 'builtins as needed',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z]+)?$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '')
      if (!builtins.has(name)) return undefined
      if (kind === 'require-call' && lateRequired.has(name)) return { path: name, namespace: 'late builtin' }
      if (kind !== 'import-statement') return undefined
      return { path: name, namespace: 'builtin', sideEffects: false }
    })
    onLoad({ filter: /.*/, namespace: 'late builtin' }, ({ path }) => ({
      contents: standIn(path),
      loader: 'js',
    }))
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: exportsOf(path),
      loader: 'js',
    }))
  },
}

/** Messages of the schema library in fifty languages, of which one is spoken here. */
export const oneLanguage: Plugin = {
  name: 'one language',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js'",
      resolveDir: dirname(path),
      loader: 'js',
    }))
  },
}

/** The value that has the whole schema library as its properties would keep all of it. */
const onlyUsedSchemas = (text: string): string =>
  text.replace(/^import \{ z \} from 'zod'$/m, "import * as z from 'zod'")

/** Our own modules ask for what they use, so that no program loads what it never calls. */
export const onlyUsed = (modules: string): Plugin => ({
  name: 'only used',
  setup: ({ onLoad }) => {
    const straighten = makeStraighten(modules)
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      return { contents: await straighten(onlyUsedSchemas(text)), loader: 'ts' }
    })
  },
})

/** A single letter beyond ASCII makes the engine hold the whole file at two bytes a letter. */
export const toAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Files of an earlier build that nothing of this one or the one before refers to. */
export const findUnused = (
  present: readonly string[],
  now: readonly string[],
  before: readonly string[],
): readonly string[] => {
  const kept = new Set([...now, ...before].map((file) => basename(file)))
  return present.filter((file) => !kept.has(basename(file)))
}

/** CommonJS modules that are loaded when first needed: as a chunk they would have lost the names they export. */
export const findNameless = ({ inputs, outputs }: Metafile): readonly string[] =>
  Object.values(outputs).flatMap(({ entryPoint }) =>
    entryPoint !== undefined && inputs[entryPoint]?.format === 'cjs' ? entryPoint : [],
  )
