// The locked npm packages: installed when missing or when the lock file says something else.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { say, Unready } from './console.mjs'

const stampFile = (repository) => join(repository, 'node_modules/.plinth-lock')

const digestOfLock = (repository) =>
  createHash('sha256')
    .update(readFileSync(join(repository, 'package-lock.json')))
    .digest('hex')

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** Compares the lock with npm's own record of what it put there (someone may have run npm by hand). */
const holdsWhatIsLocked = (repository) => {
  const record = join(repository, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const installed = readPackages(record)
  return Object.entries(readPackages(join(repository, 'package-lock.json'))).every(([path, locked]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    return found ? found.version === locked.version : Boolean(locked.optional || locked.peer)
  })
}

export const arePackagesInstalled = (repository) => {
  const digest = digestOfLock(repository)
  const stamp = stampFile(repository)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return true
  if (!holdsWhatIsLocked(repository)) return false
  try {
    writeFileSync(stamp, digest)
  } catch {
    // Another user's folder: the next run compares again, which takes 20 ms.
  }
  return true
}

const networkSetting =
  /^npm_config_(registry|.*proxy|ca|cafile|cache|userconfig|globalconfig|strict_ssl|fetch_.*|offline|prefer_offline)$/i

/**
 * The environment for a fresh npm: without what a surrounding `npm start` put there, and without our own
 * `node` on the PATH, which npm may be about to replace.
 */
export const environmentForNpm = (repository) => {
  const kept = Object.entries(process.env).filter(
    ([name]) => (!/^npm_/i.test(name) || networkSetting.test(name)) && name !== 'INIT_CWD',
  )
  const inside = join(repository, 'node_modules')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(inside))
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), npm_config_update_notifier: 'false' }
}

/**
 * Not `npm ci`: it refuses a lock file that lacks an optional package of some other platform, which is what a
 * mirror without that package makes of it. This takes the same locked versions and leaves the lock file alone.
 */
const command = ['install', '--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund']

export const installPackages = (repository) => {
  say('Installing the packages of package-lock.json …')
  const started = performance.now()
  const done = spawnSync('npm', [...command, '--loglevel=error'], {
    cwd: repository,
    env: environmentForNpm(repository),
    stdio: ['ignore', 2, 2],
  })
  if (done.error) throw new Unready('Plinth needs npm on the PATH to install its packages.')
  if (done.status !== 0)
    throw new Unready('npm could not install the packages; its own message above says why.')
  writeFileSync(stampFile(repository), digestOfLock(repository))
  say(`  packages installed in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
