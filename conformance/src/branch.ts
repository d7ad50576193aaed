// A branch with settings of the suite's own choosing, made by the supervisor without the control plane, and
// served on a port at which the suite expects it.

import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { BranchAddress, type SigningKey, StackSpec, type StackSpecInput } from '@plinth/contracts'
import { newApiKey, newPassword, newRef, sha256Base64Url, signHs256 } from '@plinth/crypto'
import type { Installation } from '@plinth/e2e'
import { unixClient } from '@plinth/http'
import pg from 'pg'

export type BranchOptions = {
  readonly jwtSecret: string
  readonly signingKeys?: readonly SigningKey[]
  readonly rest?: StackSpecInput['rest']
  readonly auth?: StackSpecInput['auth']
}

export type Branch = {
  readonly spec: StackSpec
  readonly address: BranchAddress
  readonly anonKey: string
  readonly serviceKey: string
  readonly sql: (text: string) => Promise<void>
  /** Serves the branch at a port; `prefix` is put before each path, and a missing key is added. */
  readonly expose: (port: number, prefix?: string) => Promise<Server>
}

const legacyKey = (role: string, secret: string): string =>
  signHs256(secret, { iss: 'supabase', role, iat: 1_700_000_000, exp: 2_000_000_000 })

const stackKey = (name: string, key: string) => ({
  id: name,
  type: 'legacy' as const,
  name,
  role: name,
  hash: sha256Base64Url(key),
})

const makeSpec = (
  options: BranchOptions,
  keys: { readonly anon: string; readonly service: string },
): StackSpec => {
  const ref = newRef()
  const roles = [
    'postgres',
    'supabase_admin',
    'authenticator',
    'supabase_auth_admin',
    'supabase_storage_admin',
    'supabase_read_only_user',
    'plinth_sql',
  ]
  return StackSpec.parse({
    ref,
    version: 1,
    publicUrl: `http://${ref}.localhost`,
    loopbackPort: 1024 + Math.floor(Math.random() * 9000),
    jwt: { secret: options.jwtSecret, signingKeys: options.signingKeys ?? [] },
    apiKeys: [
      stackKey('anon', keys.anon),
      stackKey('service_role', keys.service),
      { ...stackKey('default', newApiKey('secret', ref)), type: 'secret' },
    ],
    database: { passwords: Object.fromEntries(roles.map((role) => [role, newPassword()])) },
    rest: options.rest ?? {},
    auth: options.auth ?? {},
  })
}

const expose =
  (socketPath: string, key: string) =>
  (port: number, prefix = ''): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((asked, reply) => {
        // The suites were written for a local set-up whose gateway asks for no key.
        const headers = { ...asked.headers, apikey: key }
        const passed = request(
          { socketPath, method: asked.method, path: prefix + asked.url, headers },
          (answer) => {
            reply.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
            answer.pipe(reply)
          },
        )
        passed.on('error', () => reply.destroy())
        asked.pipe(passed)
      })
      server.once('error', reject)
      server.listen(port, () => resolve(server))
    })

export const openBranch = async (installation: Installation, options: BranchOptions): Promise<Branch> => {
  const keys = {
    anon: legacyKey('anon', options.jwtSecret),
    service: legacyKey('service_role', options.jwtSecret),
  }
  const spec = makeSpec(options, keys)
  const supervisor = unixClient(join(installation.run, 'supervisor.sock'))
  try {
    const put = await supervisor.request('PUT', `/branches/${spec.ref}`, spec)
    if (put.status !== 202) throw new Error(`The supervisor refused the branch: ${JSON.stringify(put.body)}`)
    const woken = await supervisor.request('POST', `/branches/${spec.ref}/wake`, undefined, {
      timeoutMs: 60_000,
    })
    const address = BranchAddress.parse(woken.body)
    const sql = async (text: string): Promise<void> => {
      const { postgres: password } = spec.database.passwords
      const client = new pg.Client({
        host: address.postgresSocketDir,
        user: 'postgres',
        password,
        database: 'postgres',
      })
      await client.connect()
      await client.query(text).finally(() => client.end())
    }
    return {
      spec,
      address,
      anonKey: keys.anon,
      serviceKey: keys.service,
      sql,
      expose: expose(address.httpSocket, keys.anon),
    }
  } finally {
    await supervisor.close()
  }
}
