// apt with a private state folder: usable by any user, installs nothing, still checks signatures.

import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasProgram, run } from './console.mjs'
import { mirrorSources } from './debian-mirror.mjs'

const settings = (folder) =>
  [
    `Dir::State::Lists=${folder}/lists`,
    `Dir::State::status=${folder}/status`,
    'Dir::Etc::SourceList=/dev/null',
    `Dir::Etc::SourceParts=${folder}/etc`,
    `Dir::Cache=${folder}/cache`,
    'Dir::Etc::Preferences=/dev/null',
    'Dir::Etc::PreferencesParts=/dev/null',
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ].flatMap((setting) => ['-o', setting])

const environment = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }

/** Opens a private apt in `folder`; with `sources` it knows source packages too. */
export const openApt = (folder, { sources = false } = {}) => {
  for (const program of ['apt-get', 'dpkg-deb'])
    if (!hasProgram(program)) throw new Error(`${program} is not on this machine`)
  const list = mirrorSources(sources ? 'deb deb-src' : 'deb')
  for (const part of ['etc', 'lists/partial', 'cache/archives/partial', 'packages'])
    mkdirSync(join(folder, part), { recursive: true })
  writeFileSync(join(folder, 'status'), '')
  writeFileSync(join(folder, 'etc/runtime.sources'), list)
  const packages = join(folder, 'packages')
  const apt = (args, options = {}) =>
    run('apt-get', [...settings(folder), '-qq', ...args], { env: environment, ...options })

  return {
    update: () => void apt(['update']),
    /** Every package name that the mirror offers. */
    names: () => {
      const listed = run('apt-cache', [...settings(folder), 'pkgnames'], { env: environment })
      return new Set(listed.split('\n'))
    },
    /** Names of the packages and of all they depend on. */
    closure: (names) => {
      const listed = apt(['-y', '--no-install-recommends', '--print-uris', 'install', ...names])
      return [...listed.matchAll(/^'[^']+' ([^_\s]+)_/gm)].map(([, name]) => name)
    },
    /** Fetches the packages; gives back their files. */
    download: (names) => {
      apt(['download', ...names], { cwd: packages })
      return readdirSync(packages).map((file) => join(packages, file))
    },
    /** Fetches a package's source archives; gives back their folder. */
    source: (name) => {
      apt(['--download-only', 'source', name], { cwd: packages })
      return packages
    },
  }
}

export const extract = (file, folder) => void run('dpkg-deb', ['-x', file, folder])

export const megabytes = (files) =>
  `${(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toFixed(1)} MB`
