// Makes a fresh clone ready to run: locked npm packages and a Postgres with pgvector. Runs before
// `npm start` and `npm test`, on plain Node without any package; run twice, it does nothing.

import { fileURLToPath } from 'node:url'
import { isChromiumReady, prepareChromium } from './bootstrap/chromium.mjs'
import { Unready } from './bootstrap/console.mjs'
import { withLock } from './bootstrap/lock.mjs'
import { hasUnusedRuntimes, removeUnusedRuntimes } from './bootstrap/old-runtimes.mjs'
import { areParentsOpen, openParents } from './bootstrap/open-parents.mjs'
import { arePackagesInstalled, installPackages } from './bootstrap/packages.mjs'
import { isPebbleReady, preparePebble } from './bootstrap/pebble.mjs'
import { isPostgresReady, preparePostgres, readRecord } from './bootstrap/postgres.mjs'

const repository = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

const refuseOldNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Unready(`Plinth needs Node 20.19 or newer, and this is Node ${process.versions.node}.`)
}

/** `npm test` also needs a browser and a certificate authority. */
const forTests = process.argv.includes('--tests')

const isReady = () =>
  arePackagesInstalled(repository) &&
  isPostgresReady(repository) &&
  areParentsOpen(repository) &&
  !hasUnusedRuntimes(repository, readRecord(repository)) &&
  (!forTests || (isChromiumReady(repository) && isPebbleReady(repository)))

const prepare = () => {
  // Another start may have done the work while this one waited for the lock.
  if (!arePackagesInstalled(repository)) installPackages(repository)
  if (!isPostgresReady(repository)) preparePostgres(repository)
  openParents(repository)
  removeUnusedRuntimes(repository, readRecord(repository))
  if (forTests && !isChromiumReady(repository)) prepareChromium(repository)
  if (forTests && !isPebbleReady(repository)) preparePebble(repository)
}

try {
  refuseOldNode()
  if (!isReady()) await withLock(repository, prepare)
} catch (thrown) {
  if (!(thrown instanceof Unready)) throw thrown
  console.error(`\n${thrown.message}`)
  process.exitCode = 1
}
