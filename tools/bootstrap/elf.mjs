// Programs taken out of their packages look for the loader and libraries of the host; patchelf, run
// through the runtime's own loader, points them at the runtime instead.

import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { run } from './console.mjs'

const list = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])

const isElf = (file) => {
  const head = Buffer.alloc(4)
  const descriptor = openSync(file, 'r')
  try {
    return readSync(descriptor, head, 0, 4, 0) === 4 && head.toString('latin1') === '\x7fELF'
  } finally {
    closeSync(descriptor)
  }
}

const postgresFolders = (root, part) =>
  list(join(root, 'usr/lib/postgresql')).map((folder) => join(folder, part))

const extraPrograms = ['usr/sbin/pgbouncer', 'usr/bin/pgbackrest', 'usr/lib/chromium/chromium-headless-shell']

const programsOf = (root) =>
  [...postgresFolders(root, 'bin').flatMap(list), ...extraPrograms.map((path) => join(root, path))].filter(
    (file) => existsSync(file) && isElf(file),
  )

const modulesOf = (root) =>
  postgresFolders(root, 'lib')
    .flatMap(list)
    .filter((file) => file.endsWith('.so'))

/** Library folders inside the runtime, relative to its root (`usr/lib/x86_64-linux-gnu`). */
const libraryFolders = (root) =>
  ['usr/lib', 'lib'].flatMap((base) =>
    list(join(root, base))
      .filter((folder) => folder.includes('-linux-gnu'))
      .flatMap((folder) => [folder, ...['pulseaudio'].map((inner) => join(folder, inner))])
      .filter((folder) => existsSync(folder))
      .map((folder) => join(base, relative(join(root, base), folder))),
  )

const loaderOf = (root) => {
  const folders = ['usr/lib64', 'lib64', ...libraryFolders(root), 'usr/lib', 'lib']
  const found = folders
    .flatMap((folder) => list(join(root, folder)).map((file) => join(folder, basename(file))))
    .find((file) => /^ld-linux.*\.so\.\d+$/.test(basename(file)))
  if (!found) throw new Error('the packages hold no program loader')
  return found
}

/** The folders with the runtime's libraries, as the loader takes them. */
export const libraryPath = (root) =>
  libraryFolders(root)
    .map((folder) => join(root, folder))
    .join(':')

/** Makes the programs under `root` run from `home`, where the folder is or is about to be. */
export const relocate = (root, home) => {
  const loader = loaderOf(root)
  const programs = programsOf(root)
  for (const program of programs)
    run(join(root, loader), [
      ...['--library-path', libraryPath(root), join(root, 'usr/bin/patchelf')],
      ...['--set-interpreter', join(home, loader), '--force-rpath'],
      ...[
        '--set-rpath',
        libraryFolders(root)
          .map((folder) => join(home, folder))
          .join(':'),
        program,
      ],
    ])
  return programs.length
}

/** What the programs and modules need and the runtime lacks; the host must never fill in silently. */
export const unresolvedLibraries = (root) => {
  const loader = join(root, loaderOf(root))
  const missing = [...programsOf(root), ...modulesOf(root)].flatMap((file) => {
    const shown = spawnSync(
      loader,
      ['--inhibit-cache', '--library-path', libraryPath(root), '--list', file],
      {
        encoding: 'utf8',
      },
    )
    return [...`${shown.stdout}${shown.stderr}`.matchAll(/^\s*(\S+) => (not found|\/\S+)/gm)]
      .filter(([, name, path]) => !path.startsWith(root) && !name.startsWith('/'))
      .map(([, name]) => `${name} (${basename(file)})`)
  })
  return [...new Set(missing)]
}
