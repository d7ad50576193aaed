// What makes bundles cheap to load: every stack process is one, so what each of them holds for nothing counts a hundredfold.

import { builtinModules, createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'

const require = createRequire(import.meta.url)
const builtins = new Set(builtinModules)

/** Stated one by one, so that only what is used is ever looked at. */
const exportsOf = (name: string): string => {
  const names = Object.keys(require(`node:${name}`)).filter((one) => /^[a-z_$][\w$]*$/i.test(one))
  const lines = names.map(
    (one) => `const _${one} = /* @__PURE__ */ take('${one}'); export { _${one} as ${one} }`,
  )
  return [
    `const module = process.getBuiltinModule('node:${name}')`,
    'const take = (name) => module[name]',
    'export { module as default }',
    ...lines,
  ].join('\n')
}

/**
 * Importing one of Node's modules looks at everything it offers, which for `node:http` loads its whole fetch client:
 * 25 ms and 5 MiB of each process (measured 2026-11). Here a program looks at what it uses only.
 */
export const builtinsAsNeeded: Plugin = {
  name: 'builtins as needed',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z]+)?$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '')
      if (kind !== 'import-statement' || !builtins.has(name)) return undefined
      return { path: name, namespace: 'builtin', sideEffects: false }
    })
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
