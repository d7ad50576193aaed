// The private runtime: Postgres, pgvector and their libraries from Debian packages, extracted but never
// installed, and re-pointed at themselves. Needs neither root nor a compiler.

import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { extract, megabytes, openApt } from './apt.mjs'
import { run, say, step } from './console.mjs'
import { relocate, unresolvedLibraries } from './elf.mjs'
import { inspect } from './inspect.mjs'
import { trustExtensions } from './trust-extensions.mjs'

/** Newest first after the preferred one; the first that the mirror has together with pgvector is taken. */
const majors = ['17', '18', '16', '15']

const required = (major) => [
  `postgresql-${major}`,
  `postgresql-client-${major}`,
  `postgresql-${major}-pgvector`,
]

/** Taken when the mirror has them. `pgbouncer` and `pgbackrest` are programs, the rest extensions. */
const optional = (major) => [
  'pgbouncer',
  'pgbackrest',
  ...['cron', 'hypopg', 'partman', 'pgtap', 'pgaudit', 'plpgsql-check', 'rum'].map(
    (name) => `postgresql-${major}-${name}`,
  ),
]

const support = ['libc6', 'patchelf']

/**
 * PostGIS without its raster and 3D parts, whose libraries would triple the download. Of what it depends on,
 * these are loaded by the parts that stay; `unresolvedLibraries` proves it.
 */
const geography = {
  package: (major) => `postgresql-${major}-postgis-3`,
  needs:
    /^(postgresql-\d+-postgis-3(-scripts)?|libgeos.*|libproj\d+|proj-data|libprotobuf-c1|libjson-c\d|libsqlite3-0|libtiff\d|libjpeg62-turbo|libjbig0|liblerc\d|libwebp\d|libsharpyuv0|libdeflate0|libcurl\S*gnutls|libnghttp\S+|libngtcp2\S*|libpsl5\S*|libssh2-1\S*|librtmp1|libbrotli1|libgnutls30\S*|libnettle\S*|libhogweed\S*|libunistring\d|libidn2-0|libp11-kit0|libtasn1-6|libgmp10)$/,
  leftOut: /^(postgis_raster|postgis_sfcgal|postgis_tiger|address_standardizer)/,
}

/** Parts of the closure that nothing in the runtime loads; `unresolvedLibraries` proves it. */
const unneeded =
  /^(perl|libperl|lib.*-perl$|libllvm|libz3|locales|libc-bin|libc-l10n|debconf|libdebconf|adduser|passwd|login|base-passwd|procps|libproc2|tar|dpkg|python3|libpython3|media-types|postgresql-common|postgresql-client-common|openssl|ssl-cert|ucf|sensible-utils|netbase|init-system-helpers|sysvinit-utils|libpam-modules|libsemanage|libsepol|libdb5|libgdbm|gcc-\d+-base|readline-common|libaudit-common|tzdata)/

const unneededFolders = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/perl5',
  'usr/include',
  'etc',
  'var',
]

/** Changes when this file's choices change: an older runtime is then replaced. */
export const recipe = createHash('sha256')
  .update([5, majors, optional('N'), support, unneeded.source, geography.needs.source].join())
  .digest('hex')
  .slice(0, 8)

const resolvePackages = (apt) => {
  const offered = apt.names()
  const major = majors.find((one) => required(one).every((name) => offered.has(name)))
  if (!major) throw new Error(`the mirror has no Postgres ${majors.join(', ')} with pgvector`)
  const extras = optional(major).filter((name) => offered.has(name))
  const wanted = [...required(major), ...extras, ...support]
  const names = apt.closure(wanted).filter((name) => !unneeded.test(name))
  const postgis = geography.package(major)
  if (!offered.has(postgis)) return { major, names }
  const more = apt.closure([...wanted, postgis]).filter((name) => geography.needs.test(name))
  return { major, names: [...new Set([...names, ...more])] }
}

const trim = (folder, major) => {
  const modules = join(folder, 'usr/lib/postgresql', major, 'lib')
  for (const part of unneededFolders) rmSync(join(folder, part), { recursive: true, force: true })
  rmSync(join(modules, 'bitcode'), { recursive: true, force: true })
  // The just-in-time compiler needs a 100 MB library that was left out; `jit` is off.
  for (const file of readdirSync(modules))
    if (file.startsWith('llvmjit') || geography.leftOut.test(file)) rmSync(join(modules, file))
  trimGeography(join(folder, 'usr/share/postgresql', major, 'extension'))
}

/** PostGIS brings a script for the way from each of its hundred earlier versions; its package's installation names it. */
const trimGeography = (extensions) => {
  for (const file of readdirSync(extensions)) {
    if (geography.leftOut.test(file) || /^postgis\S*--\S+--\S+\.sql$/.test(file))
      rmSync(join(extensions, file))
    else if (/^postgis\S*-3\.control$/.test(file))
      copyFileSync(join(extensions, file), join(extensions, file.replace('-3.control', '.control')))
  }
}

const versionOf = (files, major) => {
  const file = files.map((path) => basename(path)).find((name) => name.startsWith(`postgresql-${major}_`))
  return (file ?? '')
    .split('_')
    .slice(1)
    .join('-')
    .replace(/\.deb$/, '')
    .replace(/%../g, '.')
}

const requireTimeZones = () => {
  if (existsSync('/usr/share/zoneinfo/UTC')) return
  throw new Error('time zones are missing on this machine; install the package tzdata')
}

export const makeDebianRuntime = (runtimes) => {
  requireTimeZones()
  const work = join(runtimes, `.tmp-${process.pid}`)
  const root = join(work, 'root')
  mkdirSync(root, { recursive: true })
  const apt = openApt(join(work, 'apt'))
  say('Preparing a private Postgres (once per clone, about 150 MB) …')
  let packages = { major: '', names: [] }
  let files = []
  step('package lists read', () => apt.update())
  step('packages chosen', () => {
    packages = resolvePackages(apt)
    return `${packages.names.length} packages, Postgres ${packages.major}`
  })
  step('packages fetched', () => {
    files = apt.download(packages.names)
    return megabytes(files)
  })
  const name = `pg${packages.major}-${versionOf(files, packages.major)}-${recipe}`
  const final = join(runtimes, name)
  step('packages extracted', () => {
    for (const file of files) extract(file, root)
    trim(root, packages.major)
  })
  step('programs pointed at their own libraries', () => `${relocate(root, final)} programs`)
  const missing = unresolvedLibraries(root)
  if (missing.length > 0) throw new Error(`libraries missing in the packages: ${missing.join(', ')}`)
  writeFileSync(join(root, 'relocated-to'), final)
  run('chmod', ['-R', 'a+rX', root])
  rmSync(final, { recursive: true, force: true })
  renameSync(root, final)
  rmSync(work, { recursive: true, force: true })
  const found = useRuntime(final)
  rmSync(join(runtimes, 'current'), { force: true })
  symlinkSync(name, join(runtimes, 'current'))
  return found
}

/** A finished runtime, adapted first when its folder was moved. */
const useRuntime = (folder) => {
  const mark = join(folder, 'relocated-to')
  if (readFileSync(mark, 'utf8') !== folder) {
    step('private Postgres adapted to its new folder', () => `${relocate(folder, folder)} programs`)
    writeFileSync(mark, folder)
  }
  const found = inspect(
    join(folder, 'usr/lib/postgresql', /^pg(\d+)/.exec(basename(folder))?.[1] ?? '', 'bin'),
  )
  trustExtensions(found.shareDir)
  return { route: 'private', ...found, recipe: basename(folder).split('-').at(-1) }
}

/** A runtime made earlier by this recipe. */
export const useMadeRuntime = (runtimes) => {
  const name = readdirSync(runtimes).find((one) => one.startsWith('pg') && one.endsWith(`-${recipe}`))
  if (!name) throw new Error('none')
  return useRuntime(join(runtimes, name))
}

/** What an older recipe left: better than nothing where no new one can be made. */
export const useOlderRuntime = (runtimes) => {
  const current = join(runtimes, 'current')
  if (!existsSync(current)) throw new Error('none')
  return useRuntime(join(runtimes, basename(readlinkSync(current))))
}
