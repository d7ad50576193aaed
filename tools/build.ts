// Bundles every app into one file under dist/: a bundled stack starts twice as fast and 15 MB smaller
// than its modules one by one. Native packages stay outside; they are found in node_modules.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildFailure, type BuildOptions, build, formatMessages } from 'esbuild'
import { root } from './root.ts'

const apps = ['cli', 'supervisor', 'control-plane', 'edge', 'stack', 'rest'] as const

/** Packages that carry a binary, find their own files beside themselves, or are heavy and seldom needed. */
const external = [
  '@node-rs/*',
  'pg-native',
  'libpg-query',
  'pgsql-parser',
  'nodemailer',
  'acme-client',
  '@aws-sdk/*',
  '@modelcontextprotocol/server',
  '@supabase/pg-delta',
  '@supabase/pg-delta/*',
]

/** Bundled CommonJS packages ask for `require`; an ES module has to make it itself. */
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

const options: BuildOptions = {
  entryPoints: apps.map((app) => ({ in: join(root, 'apps', app, 'src/main.ts'), out: app })),
  outdir: join(root, 'dist'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  conditions: ['source'],
  external,
  banner: { js: banner },
  minifySyntax: true,
  legalComments: 'none',
}

export const buildApps = async (): Promise<void> => {
  await rm(join(root, 'dist'), { recursive: true, force: true })
  await build({ ...options, logLevel: 'warning' })
}

/** What the bundler has to say against the programs; writes nothing. */
export const findBundleMistakes = async (): Promise<readonly string[]> => {
  const tried = build({ ...options, write: false, logLevel: 'silent' })
  // The bundler fails with this alone.
  const { errors, warnings } = await tried.catch((failure) => failure as BuildFailure)
  const [failed, warned] = await Promise.all([
    formatMessages(errors, { kind: 'error' }),
    formatMessages(warnings, { kind: 'warning' }),
  ])
  return [...failed, ...warned].map((message) => message.trim())
}

if (import.meta.main) {
  const started = performance.now()
  await buildApps()
  console.log(`Bundled ${apps.length} programs in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}
