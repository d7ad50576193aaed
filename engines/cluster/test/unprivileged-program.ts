// Run by unprivileged.db.test.ts as another user: template, cluster, passwords, a vector, stop.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  findRuntime,
  makeSecrets,
  makeSettings,
  openTemplates,
  setSecrets,
  startCluster,
} from '@plinth/cluster'
import { openPool, sql } from '@plinth/postgres'

const [runtimeFolder = '', base = ''] = process.argv.slice(2)
const awake = setInterval(() => undefined, 1_000)
const runtime = await findRuntime({ folder: runtimeFolder, env: {} })
const observe = () => undefined
const templates = await openTemplates({
  runtime,
  folder: join(base, 'templates'),
  histories: [],
  size: 0,
  observe,
})
const [dataDir, socketDir, logFile] = [join(base, 'data'), join(base, 'run'), join(base, 'log')]
await mkdir(socketDir, { mode: 0o700 })
await templates.take({ dataDir })
const settings = makeSettings({ runtime, socketDir, name: 'nobody' })
const cluster = await startCluster({ runtime, dataDir, socketDir, settings, logFile })
await cluster.ready
const secrets = await makeSecrets({ supabase_admin: 'one', postgres: 'two' })
await setSecrets({ dataDir, socketDir, secrets })
const pool = openPool({
  socketDir,
  user: 'postgres',
  password: 'two',
  database: 'postgres',
  size: 1,
  applicationName: 'test',
})
await pool.query(sql`create extension vector with schema extensions`)
const [row] = await pool.query(sql`
  select current_user::text as user, usesuper as superuser, '[1,2,3]'::vector <-> '[4,5,6]' as vector
  from pg_user where usename = current_user`)
await pool.close()
await cluster.stop()
await templates.close()
console.log(JSON.stringify(row))
clearInterval(awake)
