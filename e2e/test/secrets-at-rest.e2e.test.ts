// The data folder of an installation that was used: whoever gets hold of it without the installation key finds no
// private key, password or token in it, but for the files named here.

import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePorts } from '../src/free-ports.ts'
import { type Installation, startInstallation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { readSecrets } from '../src/read-secrets.ts'
import { until } from '../src/until.ts'

let installation: Installation
let manage: Manage
let project: Project
const secrets: Record<string, string> = {}

const ok = async (method: string, path: string, body?: unknown) => {
  const reply = await manage(method, path, body)
  if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body
}

beforeAll(async () => {
  const [tlsPort = 0] = await freePorts(1)
  installation = await startInstallation({ PLINTH_TLS_PORT: String(tlsPort) })
  manage = makeManage(installation)
  project = await createProject(manage, 'keeper')
  const path = `/v1/projects/${project.ref}`
  const marks = {
    'function secret': 'a-secret-of-a-function',
    'SMTP password': 'a-password-for-mail',
    'provider secret': 'a-secret-of-a-provider',
    'new password': 'a-password-of-the-owner',
    'password of a user': 'a-password-of-a-user',
  }
  await ok('POST', `${path}/secrets`, [{ name: 'MARK', value: marks['function secret'] }])
  await ok('PATCH', `${path}/config/auth`, {
    smtp_host: 'mail.example.com',
    smtp_port: '587',
    smtp_user: 'mailer',
    smtp_pass: marks['SMTP password'],
    smtp_admin_email: 'mailer@example.com',
    smtp_sender_name: 'Keeper',
    external_github_enabled: true,
    external_github_client_id: 'id',
    external_github_secret: marks['provider secret'],
  })
  await ok('PATCH', `${path}/database/password`, { password: marks['new password'] })
  const signing = await ok('POST', `${path}/config/auth/signing-keys`, { algorithm: 'ES256' })
  expect(signing.status).toBe('standby')
  await query(manage, project.ref, 'create table public.notes (id int)')
  const admin = createClient(project.url, project.keys.secret).auth.admin
  const made = await admin.createUser({
    email: 'ada@example.com',
    password: marks['password of a user'],
    email_confirm: true,
  })
  expect(made.error).toBeNull()
  const user = createClient(project.url, project.keys.publishable)
  const { data } = await user.auth.signInWithPassword({
    email: 'ada@example.com',
    password: marks['password of a user'],
  })
  const { jwt_secret } = await ok('GET', `${path}/postgrest`)
  const { controlDatabasePassword } = await readSecrets(installation.data)
  Object.assign(secrets, marks, {
    'access token of the owner': installation.token,
    'first password': project.password,
    'service key': project.keys.service,
    'secret key': project.keys.secret,
    'signing secret': jwt_secret,
    'password of the control database': controlDatabasePassword,
    'access token of a user': data.session?.access_token ?? '',
    'installation key': (await readFile(join(installation.data, 'installation.key'), 'utf8')).trim(),
  })
  await ok('POST', `${path}/database/backups/restore-point`, { name: 'here' })
  await ok('POST', `${path}/pause`)
  await until('the pause', async () => (await manage('GET', path)).body.status === 'INACTIVE', 60_000)
})
afterAll(async () => installation?.remove())

/** What stands open in the data folder, and why it must. */
const named: readonly (readonly [file: RegExp, what: RegExp, why: string])[] = [
  [
    /^installation\.key$/,
    /^installation key$/,
    'the key itself: whoever has it and the folder has everything',
  ],
  [/^first-run\.json$/, /^access token of the owner$/, 'the first credentials, for their owner to read'],
]

const filesOf = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('no secret lies open in the data folder', async () => {
  expect(Object.entries(secrets).filter(([, value]) => value.length < 16)).toEqual([])
  const needles = Object.entries({ ...secrets, 'private key': 'PRIVATE KEY-----' })
  const found: string[] = []
  for (const file of await filesOf(installation.data)) {
    // Gone meanwhile: a log that was archived.
    const bytes = await readFile(file).catch(() => undefined)
    const name = relative(installation.data, file)
    for (const [what, value] of needles) {
      const isNamed = named.some(([where, which]) => where.test(name) && which.test(what))
      if (bytes?.includes(value) && !isNamed) found.push(`${name}: ${what}`)
    }
  }
  expect(found).toEqual([])
})
