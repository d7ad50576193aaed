// The browser of the tests: Debian's headless Chromium and its libraries, extracted beside the private Postgres and
// never installed. Where packages cannot be had, a Chromium of this machine takes its place. Only for `npm test`.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { extract, megabytes, openApt } from './apt.mjs'
import { run, say, step } from './console.mjs'
import { libraryPath, relocate, unresolvedLibraries } from './elf.mjs'

const wanted = ['chromium-headless-shell', 'fonts-dejavu-core', 'libc6', 'patchelf']

/** Parts of the closure that a browser without a screen never loads; `unresolvedLibraries` proves it. */
const unneeded =
  /^(gcc-\d+-base|sysvinit-utils|debconf|at-spi2-common|libglvnd0|libllvm|libz3|mesa-|libgl(?!ib)|libdrm-|libpciaccess|libelf|libsensors|lsb-base|x11-|xdg-utils|libvulkan|libice6|libsm6|libxt6|libxmu|libxpm|libxaw|libxcb-|libxft|libxinerama|libxkbfile|libxtst|libxv1|libxxf86|libx11-data|libedit2|libtinfo|libbsd0|libmd0|libxml2|libxshmfence|libasound2-data|fontconfig-config|fonts-dejavu-mono|xkb-data)/

const unneededParts = [
  'etc',
  'var',
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/lib/chromium/libVkLayer_khronos_validation.so',
]

const program = 'usr/lib/chromium/chromium-headless-shell'

/** Changes when this file's choices change: an older browser is then replaced. */
const recipe = createHash('sha256').update([1, wanted, unneeded.source].join()).digest('hex').slice(0, 8)

const recordFile = (repository) => join(repository, '.runtime/chromium.json')

const readRecord = (repository) => {
  try {
    return JSON.parse(readFileSync(recordFile(repository), 'utf8'))
  } catch {
    return undefined
  }
}

export const isChromiumReady = (repository) => {
  const record = readRecord(repository)
  return record?.repository === repository && record.recipe === recipe && existsSync(record.program)
}

const writeRecord = (repository, found) => {
  const file = recordFile(repository)
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...found, recipe, repository }, undefined, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** A browser without any font ends before it draws its first page. */
const fontSettings = (home) =>
  `<?xml version="1.0"?>\n<fontconfig><dir>${home}/usr/share/fonts</dir><cachedir>${home}/font-cache</cachedir></fontconfig>\n`

const describe = (home) => ({
  program: join(home, program),
  environment: { LD_LIBRARY_PATH: libraryPath(home), FONTCONFIG_FILE: join(home, 'fonts.conf') },
})

/** Points the browser at its libraries in `home`, where `root` is or is about to be. */
const settle = (root, home) => {
  relocate(root, home)
  writeFileSync(join(root, 'fonts.conf'), fontSettings(home))
}

const versionOf = (files) =>
  /chromium-headless-shell_([^_]+)_/.exec(files.map((file) => basename(file)).join('\n'))?.[1] ?? ''

const makeChromium = (runtimes) => {
  const work = join(runtimes, `.tmp-chromium-${process.pid}`)
  const root = join(work, 'root')
  mkdirSync(root, { recursive: true })
  try {
    const apt = openApt(join(work, 'apt'))
    say('Preparing a browser for the tests (once per clone, about 125 MB) …')
    let files = []
    step('package lists read', () => apt.update())
    step('packages fetched', () => {
      files = apt.download(apt.closure(wanted).filter((name) => !unneeded.test(name)))
      return megabytes(files)
    })
    const home = join(runtimes, `chromium-${versionOf(files).replace(/%../g, '.')}-${recipe}`)
    step('packages extracted', () => {
      for (const file of files) extract(file, root)
      for (const part of unneededParts) rmSync(join(root, part), { recursive: true, force: true })
    })
    step('browser pointed at its own libraries', () => settle(root, home))
    const missing = unresolvedLibraries(root)
    if (missing.length > 0) throw new Error(`libraries missing in the packages: ${missing.join(', ')}`)
    run('chmod', ['-R', 'a+rX', root])
    rmSync(home, { recursive: true, force: true })
    renameSync(root, home)
    return describe(home)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** One made earlier by this recipe, adapted when its folder was moved. */
const useMadeChromium = (runtimes) => {
  const name = readdirSync(runtimes).find((one) => one.startsWith('chromium-') && one.endsWith(`-${recipe}`))
  if (!name) throw new Error('none')
  const home = join(runtimes, name)
  settle(home, home)
  return describe(home)
}

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

const findChromium = () => {
  for (const name of names) {
    try {
      const found = run('sh', ['-c', `command -v ${name}`]).trim()
      run(found, ['--version'], { timeout: 20_000 })
      return { program: found, environment: {} }
    } catch {
      // The next name may be there.
    }
  }
  throw new Error(`none of ${names.join(', ')} is on the PATH`)
}

const removeOthers = (runtimes, used) => {
  for (const name of readdirSync(runtimes))
    if (name.startsWith('chromium-') && !used.startsWith(join(runtimes, name, '/')))
      rmSync(join(runtimes, name), { recursive: true, force: true })
}

/** Without a browser the other tests still run: those that need one say what is missing. */
export const prepareChromium = (repository) => {
  const runtimes = join(repository, '.runtime')
  const reasons = []
  for (const route of [useMadeChromium, makeChromium, findChromium]) {
    try {
      const found = route(runtimes)
      writeRecord(repository, found)
      removeOthers(runtimes, found.program)
      return
    } catch (error) {
      reasons.push(error.message)
    }
  }
  say(`  No browser for the tests: ${reasons.join('; ')}. Install Chromium to run them all.`)
}
