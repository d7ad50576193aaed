// The suite of auth-js: one stack configured as its local set-up is, and four as its container set-ups are.

import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import type { SigningKey } from '@plinth/contracts'
import type { Installation } from '@plinth/e2e'
import { type BranchOptions, openBranch } from '../branch.ts'
import type { CaseResult } from '../score.ts'
import { runSuite } from './jest.ts'

const folder = 'packages/core/auth-js'
const containerSecret = '37c304f8-51aa-419a-a1af-06154e63707a'
const common = {
  oauth_server_enabled: true,
  oauth_server_authorization_path: '/oauth/consent',
  smtp_max_frequency: 1,
  sms_max_frequency: 1,
  rate_limit_token_refresh: 300,
  rate_limit_anonymous_users: 100,
  rate_limit_email_sent: 100,
  rate_limit_otp: 100,
  rate_limit_verify: 100,
}

/** As in every set-up of theirs: keys as second factors, and a provider of texts without what it knows anybody by. */
const factors = { mfa_web_authn_enroll_enabled: true, mfa_web_authn_verify_enabled: true }
const noTexts = { external_phone_enabled: true, sms_provider: 'twilio' } as const

type Setup = { readonly port: number; readonly prefix: string; readonly options: BranchOptions }

const local = (signingKeys: readonly SigningKey[]): Setup => ({
  port: 54_321,
  prefix: '',
  options: {
    jwtSecret: 'super-secret-jwt-token-with-at-least-32-characters-long',
    signingKeys,
    auth: {
      site_url: 'http://127.0.0.1:3000',
      uri_allow_list: 'https://127.0.0.1:3000,http://localhost:5173',
      external_anonymous_users_enabled: true,
      ...noTexts,
      sms_test_otp: '1234567890=123456',
      mailer_autoconfirm: true,
      sms_autoconfirm: true,
      mfa_phone_enroll_enabled: true,
      mfa_phone_verify_enabled: true,
      mfa_phone_max_frequency: 1,
      passkey_enabled: true,
      webauthn_rp_display_name: 'auth-js tests',
      webauthn_rp_id: 'localhost',
      webauthn_rp_origins: 'http://localhost:5173',
      ...factors,
      ...common,
    },
  },
})

const container = (
  port: number,
  auth: BranchOptions['auth'],
  signingKeys: readonly SigningKey[] = [],
): Setup => ({
  port,
  prefix: '/auth/v1',
  options: {
    jwtSecret: containerSecret,
    signingKeys,
    auth: { site_url: `http://localhost:${port}`, ...factors, ...common, ...auth },
  },
})

const signingKey = (jwk: Record<string, unknown>): SigningKey => ({
  id: String(jwk['kid']),
  algorithm: 'RS256',
  status: 'in_use',
  jwk,
})

/** The private key that a container set-up signs with stands in its compose file. */
const containerKey = async (checkout: string): Promise<SigningKey> => {
  const compose = await readFile(join(checkout, folder, 'infra/docker-compose.yml'), 'utf8')
  const keys = [...compose.matchAll(/GOTRUE_JWT_KEYS: '(.+)'/g)].flatMap(
    (match) => JSON.parse(match[1] ?? '[]') as Record<string, unknown>[],
  )
  const signs = keys.find((key) => key['alg'] === 'RS256' && (key['key_ops'] as string[]).includes('sign'))
  return signingKey(signs ?? {})
}

const serve = async (installation: Installation, setups: readonly Setup[]): Promise<readonly Server[]> => {
  const servers: Server[] = []
  for (const { port, prefix, options } of setups)
    servers.push(await (await openBranch(installation, options)).expose(port, prefix))
  return servers
}

const close = (servers: readonly Server[]): void => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
}

/** The suite makes its signing key in its own folder before it runs; the stack must have the same one. */
export const authJs = async (
  installation: Installation,
  checkout: string,
): Promise<readonly CaseResult[]> => {
  const { generateKeyPairSync, randomUUID } = await import('node:crypto')
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const key = { ...jwk, kid: randomUUID(), key_ops: ['sign', 'verify'], alg: 'RS256' }
  const writeKey = `require('fs').writeFileSync('test/supabase/signing_keys.json', ${JSON.stringify(JSON.stringify([key]))})`

  const servers = await serve(installation, [
    local([signingKey(key)]),
    container(9999, {
      mailer_autoconfirm: false,
      ...noTexts,
      uri_allow_list: 'https://supabase.io/docs',
    }),
    container(9998, {
      mailer_autoconfirm: true,
      sms_autoconfirm: true,
      external_phone_enabled: true,
      external_anonymous_users_enabled: true,
    }),
    container(9997, { disable_signup: true, external_email_enabled: false, mailer_autoconfirm: false }),
    container(9996, { mailer_autoconfirm: true, sms_autoconfirm: true, external_phone_enabled: true }, [
      await containerKey(checkout),
    ]),
  ])
  try {
    const suite = { checkout, folder, before: ['-e', writeKey] }
    const main = await runSuite({ ...suite, config: 'jest.config.cli.js' })
    const containers = await runSuite({ ...suite, config: 'jest.config.docker.js' })
    return [...main, ...containers]
  } finally {
    close(servers)
  }
}
