// A whole stack process for tests: spawned as the supervisor does it, against a database of the test's own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StackPlace, StackSpec, type StackSpecInput } from '@plinth/contracts'
import { newApiKey, sha256Base64Url } from '@plinth/crypto'
import { isSocketServed, type UnixClient, unixClient } from '@plinth/http'

const ref = StackSpec.shape.ref.parse('abcdefghijklmnopqrst')

export const publishable = newApiKey('publishable', ref)
export const secretKey = newApiKey('secret', ref)

const passwordsOf = (roles: readonly string[]) => Object.fromEntries(roles.map((role) => [role, role]))

/** A spec against a test database, where every role's password is its name. */
export const makeSpec = (changes: Partial<StackSpecInput> = {}): StackSpec =>
  StackSpec.parse({
    ref,
    version: 1,
    publicUrl: 'http://localhost:28000',
    loopbackPort: 28_000,
    jwt: { secret: 'a secret of more than thirty-two letters' },
    apiKeys: [
      { id: '1', type: 'publishable', name: 'default', role: 'anon', hash: sha256Base64Url(publishable) },
      { id: '2', type: 'secret', name: 'default', role: 'service_role', hash: sha256Base64Url(secretKey) },
    ],
    database: { passwords: passwordsOf(Object.keys(StackSpec.shape.database.shape.passwords.shape)) },
    rest: {},
    auth: {},
    ...changes,
  })

export type StackProcess = {
  readonly place: StackPlace
  readonly child: ChildProcess
  readonly spare: UnixClient
  readonly admin: UnixClient
  readonly http: UnixClient
  /** Lines it wrote so far. */
  readonly lines: () => readonly Record<string, unknown>[]
  readonly end: () => Promise<void>
}

/** Starts a spare; resolves when it can take a spec. */
export const startSpare = async (postgresSocketDir: string, database: string): Promise<StackProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'))
  const spareSocket = join(folder, 'spare-1.sock')
  const place = {
    postgresSocketDir,
    database,
    httpSocket: join(folder, 'http.sock'),
    adminSocket: join(folder, 'admin.sock'),
  }
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--conditions=source', main, '--admin', spareSocket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const clients = [
    unixClient(spareSocket),
    unixClient(place.adminSocket),
    unixClient(place.httpSocket),
  ] as const
  const [spare, admin, http] = clients
  while (!(await isSocketServed(spareSocket))) await new Promise((resolve) => setTimeout(resolve, 5))
  return {
    place,
    child,
    spare,
    admin,
    http,
    lines: () =>
      output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    end: async () => {
      for (const client of clients) await client.close()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true })
    },
  }
}
