// What the launcher runs, and what each program is told: its environment is all it gets.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '@plinth/config'
import type { OperatorConfig } from '../config.ts'
import type { Installation } from './installation.ts'
import type { Program } from './keep-running.ts'

export type ProgramName = 'supervisor' | 'control-plane' | 'edge'

/** Bundled programs lie side by side; in development each is a workspace of its own. */
const entryOf = (name: string): readonly string[] => {
  const bundle = join(import.meta.dirname, `${name}.mjs`)
  // What is compiled stays so when memory is given back.
  if (existsSync(bundle)) return ['--no-flush-bytecode', bundle]
  return ['--conditions=source', join(import.meta.dirname, '../../..', name, 'src/main.ts')]
}

/** Handed on from the operator's own environment when set. */
const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'PG_BIN_DIR', 'NODE_EXTRA_CA_CERTS'] as const

const pick = (env: Environment): Record<string, string> =>
  Object.fromEntries(inherited.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))

/** Settings that are handed on when the operator gave them. */
const optional = (
  config: OperatorConfig,
  names: readonly (
    | 'PLINTH_TLS_PORT'
    | 'PLINTH_TLS_CERT_FILE'
    | 'PLINTH_TLS_KEY_FILE'
    | 'PLINTH_ACME_DIRECTORY'
    | 'PLINTH_ACME_EMAIL'
    | 'PLINTH_ACME_KEY_ID'
    | 'PLINTH_DNS_SERVERS'
    | 'PLINTH_BACKUP_S3_FILE'
  )[],
): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => (config[name] === undefined ? [] : [[name, String(config[name])]])),
  )

const environmentOf = (
  installation: Installation,
  config: OperatorConfig,
  env: Environment,
): Record<string, string> => ({
  ...pick(env),
  NODE_ENV: 'production',
  // Fewer places to keep freed memory in: 5 MiB of each process.
  MALLOC_ARENA_MAX: '2',
  PLINTH_DATA: installation.data,
  PLINTH_RUN: installation.run,
  PLINTH_PORT: String(config.PLINTH_PORT),
  PLINTH_DB_PORT: String(config.PLINTH_DB_PORT),
  PLINTH_POOLER_PORT: String(config.PLINTH_POOLER_PORT),
  ...optional(config, [
    'PLINTH_TLS_PORT',
    'PLINTH_TLS_CERT_FILE',
    'PLINTH_TLS_KEY_FILE',
    'PLINTH_ACME_DIRECTORY',
    'PLINTH_ACME_EMAIL',
    'PLINTH_ACME_KEY_ID',
    'PLINTH_DNS_SERVERS',
    'PLINTH_BACKUP_S3_FILE',
  ]),
  PLINTH_DOMAIN: config.PLINTH_DOMAIN,
  PLINTH_PROJECT_PORTS: config.PLINTH_PROJECT_PORTS,
  PLINTH_IDLE_SECONDS: String(config.PLINTH_IDLE_SECONDS),
  PLINTH_DELETED_HOURS: String(config.PLINTH_DELETED_HOURS),
  PLINTH_PRIVATE_NETWORK: config.PLINTH_PRIVATE_NETWORK,
  PLINTH_INSTALLATION_KEY_FILE: installation.keyFile,
  PLINTH_SECRETS_FILE: installation.secretsFile,
})

/** Secrets go to the one program that uses them. */
const secretsOf = (name: ProgramName, config: OperatorConfig): Record<string, string> => {
  const [token, hmacKey] = [config.PLINTH_ACCESS_TOKEN, config.PLINTH_ACME_HMAC_KEY]
  if (name === 'control-plane' && token) return { PLINTH_ACCESS_TOKEN: token.open() }
  if (name === 'edge' && hmacKey) return { PLINTH_ACME_HMAC_KEY: hmacKey.open() }
  return {}
}

export const programOf = (
  name: ProgramName,
  installation: Installation,
  { config, env }: { readonly config: OperatorConfig; readonly env: Environment },
): Program & { readonly logFile: string } => {
  const logFile = join(installation.logs, `${name}.log`)
  return {
    name,
    logFile,
    start: {
      command: process.execPath,
      args: entryOf(name),
      env: {
        ...environmentOf(installation, config, env),
        ...secretsOf(name, config),
      },
      cwd: installation.data,
      logFile,
      detached: false,
    },
  }
}
