// The golden template: a stopped data directory with roles, schemas and every migration in it. Its name is
// a digest of all that went in, so another version of anything makes another template.

import { createHash, randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { History } from '@plinth/contracts'
import { migrate } from '@plinth/postgres'
import { type Account, findInitAccount } from './account.ts'
import { initDataDir } from './init-data-dir.ts'
import type { Runtime } from './runtime.ts'
import { firstPasswordFile, openSuperuserPool, SUPERUSER } from './secrets.ts'
import { startCluster } from './server.ts'
import { makeSettings } from './settings.ts'
import { removeTree, syncTree } from './tree.ts'

/** Raised when the recipe in this file changes. */
const FORMAT = 1

export type GoldenOptions = {
  readonly runtime: Runtime
  readonly folder: string
  readonly histories: readonly History[]
}

const keyOf = ({ runtime, histories }: GoldenOptions): string => {
  const digest = createHash('sha256').update(
    JSON.stringify([FORMAT, runtime.version, runtime.vector, runtime.extensions]),
  )
  for (const { owner, role, migrations } of histories)
    for (const { name, checksum } of migrations) digest.update([owner, role, name, checksum, ''].join('\n'))
  return digest.digest('hex').slice(0, 16)
}

/** Keeps the copies small: no more WAL than one file in use and one in reserve. */
const buildSettings = {
  min_wal_size: '8MB',
  max_wal_size: '8MB',
  fsync: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
}

const fill = async (options: GoldenOptions, dataDir: string, account: Account): Promise<void> => {
  // Unix sockets need short paths, so not below the data folder.
  const socketDir = await mkdtemp(join(tmpdir(), 'plinth-'))
  if (account.uid !== undefined && account.gid !== undefined) await chown(socketDir, account.uid, account.gid)
  const password = randomBytes(24).toString('base64url')
  const { runtime, histories } = options
  try {
    await initDataDir({ runtime, dataDir, superuser: SUPERUSER, password, account })
    const settings = { ...makeSettings({ runtime, socketDir, name: 'template' }), ...buildSettings }
    const logFile = join(dataDir, '..', 'build.log')
    const server = await startCluster({ runtime, dataDir, socketDir, settings, logFile, ...account })
    try {
      await server.ready
      const pool = openSuperuserPool(socketDir, password)
      await migrate(pool, histories).finally(pool.close)
    } finally {
      await server.stop()
    }
    await rm(join(dataDir, 'plinth.conf'))
    await writeFile(firstPasswordFile(dataDir), password, { mode: 0o600 })
  } finally {
    await rm(socketDir, { recursive: true, force: true })
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Leftovers of a build that did not end, and templates of other versions. */
const removeOthers = async (folder: string, key: string): Promise<void> => {
  for (const name of await readdir(folder)) if (name !== key) await removeTree(join(folder, name))
}

/** The folder `<folder>/<key>` with the template in `golden`; built when it is not there yet (two seconds). */
export const ensureGolden = async (options: GoldenOptions): Promise<string> => {
  const { folder } = options
  const key = keyOf(options)
  const home = join(folder, key)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  await removeOthers(folder, key)
  if (await exists(home)) return home
  const building = join(folder, `.building-${process.pid}`)
  await mkdir(building, { mode: 0o711 })
  await fill(options, join(building, 'golden'), await findInitAccount())
  await syncTree(building)
  await rename(building, home)
  return home
}
