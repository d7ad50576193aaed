// A folder for clusters of one test file, with the users they run as when the tests run as root.

import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Cluster,
  findRuntime,
  makeSecrets,
  makeSettings,
  openTemplates,
  type Runtime,
  type Settings,
  setSecrets,
  startCluster,
  type Templates,
} from '@plinth/cluster'
import { openPool } from '@plinth/postgres'
import { sharedFolder } from '@plinth/testing'

export const runtimeFolder = join(import.meta.dirname, '../../../.runtime')
export const isRoot = process.getuid?.() === 0

/** The password of every role in these tests is its name. */
export const roles = [
  'supabase_admin',
  'postgres',
  'authenticator',
  'supabase_auth_admin',
  'supabase_storage_admin',
  'supabase_read_only_user',
  'plinth_sql',
]
const passwords = {
  supabase_admin: 'supabase_admin',
  ...Object.fromEntries(roles.map((role) => [role, role])),
}

export type TestCluster = {
  readonly dataDir: string
  readonly socketDir: string
  readonly logFile: string
  /** The folder around all of it. */
  readonly home: string
  readonly settings: Settings
  readonly owner: { readonly uid?: number; readonly gid?: number }
  readonly start: (more?: Settings) => Promise<Cluster>
  readonly setSecrets: () => Promise<void>
  readonly login: (role: string, database?: string) => ReturnType<typeof openPool>
}

export type Place = {
  readonly base: string
  readonly runtime: Runtime
  readonly templates: Templates
  /** Folders for a data directory that is yet to be made. */
  readonly place: () => TestCluster & { readonly prepare: () => Promise<void> }
  /** Takes a data directory; nothing is started yet. */
  readonly take: () => Promise<TestCluster>
  readonly close: () => Promise<void>
}

let nextUid = 701_000 + Math.floor(Math.random() * 10_000)

const makeCluster = (runtime: Runtime, folder: string): ReturnType<Place['place']> => {
  const uid = nextUid++
  const owner = isRoot ? { uid, gid: uid } : {}
  const [dataDir, socketDir, logFile] = ['data', 'run', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const settings = makeSettings({ runtime, socketDir, name: 'test' })
  return {
    home: folder,
    dataDir,
    socketDir,
    logFile,
    settings,
    owner,
    prepare: async () => {
      await mkdir(folder, { mode: 0o711 })
      await mkdir(socketDir, { mode: 0o700 })
      if (isRoot) await chown(socketDir, uid, uid)
    },
    start: async (more = {}) => {
      const all = { ...settings, ...more }
      const cluster = await startCluster({ runtime, dataDir, socketDir, logFile, settings: all, ...owner })
      await cluster.ready
      return cluster
    },
    setSecrets: async () => setSecrets({ dataDir, socketDir, secrets: await makeSecrets(passwords) }),
    login: (role, database = 'postgres') =>
      openPool({ socketDir, user: role, password: role, database, size: 1, applicationName: 'test' }),
  }
}

export const openPlace = async (size = 1): Promise<Place> => {
  const base = await mkdtemp(join(tmpdir(), 'plinth-cluster-'))
  await chmod(base, 0o711)
  const runtime = await findRuntime({ folder: runtimeFolder, env: {} })
  const open = (folder: string, copies: number) =>
    openTemplates({ runtime, folder, histories: [], size: copies, observe: () => undefined })
  // Building the template takes two seconds, copying it none.
  const built = await sharedFolder('cluster-templates', async (folder) => (await open(folder, 0)).close())
  execFileSync('cp', ['-a', built, join(base, 'templates')])
  const templates = await open(join(base, 'templates'), size)
  return makePlace(runtime, base, templates)
}

/** Clusters below `base`. */
export const makePlace = (runtime: Runtime, base: string, templates: Templates): Place => {
  let count = 0
  const place = () => makeCluster(runtime, join(base, `c${count++}`))
  return {
    base,
    runtime,
    templates,
    place,
    take: async () => {
      const cluster = place()
      await cluster.prepare()
      await templates.take({ dataDir: cluster.dataDir, ...cluster.owner })
      return cluster
    },
    close: async () => {
      await templates.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}
