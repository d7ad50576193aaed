// Certificates of a public authority, from the operator's settings to what psql and HTTPS clients accept that trust
// nothing but that authority.

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Pebble, startPebble } from '@plinth/testing/pebble'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import { freePorts } from '../src/free-ports.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project } from '../src/manage.ts'
import { psql } from '../src/psql.ts'
import { until } from '../src/until.ts'

const run = promisify(execFile)
const checkout = join(import.meta.dirname, '../..')
const domain = 'plinth.test'

let installation: Installation
let pebble: Pebble
let manage: Manage
let project: Project
let settings: Record<string, string>

beforeAll(async () => {
  const [port = 0, tlsPort = 0] = await freePorts(2)
  pebble = await startPebble({ httpPort: port })
  const trusted = join(pebble.folder, 'own.pem')
  await writeFile(trusted, pebble.own)
  settings = {
    PLINTH_DOMAIN: domain,
    PLINTH_PORT: String(port),
    PLINTH_TLS_PORT: String(tlsPort),
    PLINTH_ACME_DIRECTORY: pebble.directory,
    PLINTH_ACME_TERMS_AGREED: 'yes',
    NODE_EXTRA_CA_CERTS: trusted,
  }
  installation = await copyInstallation(settings)
  manage = makeManage(installation)
  project = await createProject(manage, 'certificates')
})
afterAll(async () => {
  await installation?.remove()
  await pebble?.stop()
})

/** The status of an answer over TLS that the authority vouches for; nothing while it does not. */
const statusAt = (host: string) =>
  new Promise<number | undefined>((resolve) => {
    const where = {
      host: '127.0.0.1',
      port: installation.tlsPort,
      servername: host,
      ca: pebble.root,
      agent: false,
    }
    request({ ...where, path: '/auth/v1/health', headers: { host, apikey: project.keys.anon } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', () => resolve(undefined))
      .end()
  })

const askDatabase = async (): Promise<string> => {
  const root = join(pebble.folder, 'root.pem')
  await writeFile(root, pebble.root)
  return psql('select current_user', {
    hostaddr: '127.0.0.1',
    host: `db.${project.ref}.${domain}`,
    port: installation.dbPort,
    ...{ user: 'postgres', password: project.password },
    ...{ sslmode: 'verify-full', sslrootcert: root },
  })
}

test('clients that trust the public authority alone reach a project by every one of its names', async () => {
  await until('its HTTPS name', async () => (await statusAt(`${project.ref}.${domain}`)) === 200)
  await until('its database', async () => (await askDatabase().catch(() => '')) === 'postgres')
  const vanity = `/v1/projects/${project.ref}/vanity-subdomain/activate`
  expect((await manage('POST', vanity, { vanity_subdomain: 'my-shop' })).status).toBe(201)
  await until('its vanity name', async () => (await statusAt(`my-shop.${domain}`)) === 200)
})

test('`plinth certificates` lists what there is', async () => {
  const env = { PATH: process.env['PATH'], PLINTH_DATA: installation.data, ...settings }
  const { stdout } = await run(process.execPath, [join(checkout, 'dist/cli.mjs'), 'certificates'], { env })
  for (const name of [domain, `my-shop.${domain}`, `${project.ref}.${domain}`, `db.${project.ref}.${domain}`])
    expect(stdout).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')} +\\d{4}-\\d\\d-\\d\\d$`, 'm'))
})
