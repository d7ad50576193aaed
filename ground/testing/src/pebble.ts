// A real ACME authority: Pebble, and the DNS server it asks, on ports of their own.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { openAuthority } from '@plinth/certificates'
import { vi } from 'vitest'

export type Pebble = {
  readonly directory: string
  /** Goes when it stops. */
  readonly folder: string
  /** What a client of the authority itself must trust, as PEM; this process does already. */
  readonly own: string
  /** What its certificates lead to, as PEM. */
  readonly root: string
  /** The name can no longer be looked up. */
  readonly breakDns: (host: string) => Promise<void>
  readonly stop: () => Promise<void>
}

export type PebbleOptions = {
  /** Where it looks for proofs, whatever the name: every name is this machine. */
  readonly httpPort: number
  readonly certificateSeconds?: number
  /** Accounts must be bound to one of these (key id → base64url). */
  readonly bindings?: Readonly<Record<string, string>>
}

const programs = resolve(import.meta.dirname, '../../../.runtime/pebble')

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

const start = (name: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess => {
  const program = join(programs, name)
  if (!existsSync(program))
    throw new Error('The tests need Pebble, an ACME server: `node tools/bootstrap.mjs --tests` prepares it.')
  return spawn(program, args, { env, stdio: 'ignore' })
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const fetchText = (url: string, ca: string): Promise<string> =>
  new Promise((done, fail) => {
    get(url, { ca, agent: false }, (answer) => void text(answer).then(done, fail)).on('error', fail)
  })

/** Starts on ports that were free a moment ago; `undefined` when somebody else has taken one meanwhile. */
const tryPebble = async (options: PebbleOptions): Promise<Pebble | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), 'pebble-'))
  const authority = await openAuthority(join(folder, 'ca'), randomBytes(32))
  const identity = authority.issue(['127.0.0.1'])
  const [acme, management, dns, dnsManagement] = await Promise.all([1, 2, 3, 4].map(freePort))
  await writeFile(join(folder, 'cert.pem'), identity.cert)
  await writeFile(join(folder, 'key.pem'), identity.key)
  const pebble = {
    listenAddress: `127.0.0.1:${acme}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: join(folder, 'cert.pem'),
    privateKey: join(folder, 'key.pem'),
    httpPort: options.httpPort,
    tlsPort: 1,
    externalAccountBindingRequired: options.bindings !== undefined,
    externalAccountMACKeys: options.bindings ?? {},
    certificateValidityPeriod: options.certificateSeconds ?? 0,
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ pebble }))
  const children = [
    start('pebble-challtestsrv', [
      ...['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`],
      ...['-defaultIPv6', '', '-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', ''],
    ]),
    start('pebble', ['-config', join(folder, 'config.json'), '-dnsserver', `127.0.0.1:${dns}`], {
      PEBBLE_VA_NOSLEEP: '1',
    }),
  ]
  const stop = async () => {
    await Promise.all(children.map(end))
    await rm(folder, { recursive: true, force: true })
  }
  // For the client library, as NODE_EXTRA_CA_CERTS is for an operator.
  setDefaultCACertificates([...getCACertificates(), authority.certificate])
  const roots = `https://127.0.0.1:${management}/roots/0`
  const ended = Promise.race(children.map((child) => once(child, 'exit').then(() => undefined)))
  const up = vi.waitFor(() => fetchText(roots, authority.certificate))
  const root = await Promise.race([up.catch(() => undefined), ended])
  if (root === undefined) {
    await stop()
    return undefined
  }
  return {
    directory: `https://127.0.0.1:${acme}/dir`,
    folder,
    own: authority.certificate,
    root,
    breakDns: async (host) => {
      const body = JSON.stringify({ host })
      await fetch(`http://127.0.0.1:${dnsManagement}/set-servfail`, { method: 'POST', body })
    },
    stop,
  }
}

const TRIES = 5

export const startPebble = async (options: PebbleOptions): Promise<Pebble> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const pebble = await tryPebble(options)
    if (pebble) return pebble
  }
  throw new Error('Pebble does not start.')
}
