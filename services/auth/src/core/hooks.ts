// Where a project has a say: hooks are functions in its database or addresses it answers at.

import { randomUUID } from 'node:crypto'
import type { AuthConfig, AuthHook, Observe } from '@plinth/contracts'
import { isPlinthError } from '@plinth/errors'
import type { Pool } from '@plinth/postgres'
import type { Db, Origin } from '../deps.ts'
import { errors } from '../errors.ts'
import { callHook } from '../sql/call-hook.ts'
import { callHttpHook, type HookAddress } from './hook-call.ts'
import { iso } from './time.ts'

export type HookCall = {
  readonly input: object
  readonly origin: Origin
  /** The transaction that functions of the database run in; one of their own without it. */
  readonly db?: Db
}

export type Hooks = {
  readonly isOn: (name: AuthHook) => boolean
  /** The hook's answer; throws what the hook objects to. */
  readonly run: (name: AuthHook, call: HookCall) => Promise<Readonly<Record<string, unknown>>>
}

/** Names as hooks are told them. */
const names: Readonly<Record<AuthHook, string>> = {
  custom_access_token: 'customize-access-token',
  mfa_verification_attempt: 'mfa-verification',
  password_verification_attempt: 'password-verification',
  send_sms: 'send-sms',
  send_email: 'send-email',
  before_user_created: 'before-user-created',
  after_user_created: 'after-user-created',
}

const functionUri = /^pg-functions:\/\/[^/]+\/([^/]+)\/([^/]+)$/
const loopback = new Set(['localhost', '127.0.0.1', '[::1]', 'host.docker.internal'])

/** Letters with codes do not travel in the clear. */
const isHttp = (uri: string): boolean => {
  if (!URL.canParse(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readAnswer = (answer: unknown): Readonly<Record<string, unknown>> => {
  if (answer === undefined || answer === null || answer === '') return {}
  if (!isRecord(answer)) throw errors.hookFailed('Error unmarshaling JSON output.')
  const objection = answer['error']
  if (isRecord(objection) && typeof objection['message'] === 'string' && objection['message'] !== '') {
    const status = Number(objection['http_code'])
    throw errors.hookObjects(objection['message'], status >= 400 && status <= 599 ? status : 500)
  }
  return answer
}

const parseText = (value: unknown): unknown => {
  if (typeof value !== 'string' || value === '') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

type HookDeps = {
  readonly config: AuthConfig
  readonly pool: Pool
  readonly clock: () => number
  readonly observe: Observe
}

const dispatch = async ({ pool }: HookDeps, { uri, secrets }: HookAddress, call: HookCall) => {
  const [, schema, name] = functionUri.exec(uri) ?? []
  if (schema !== undefined && name !== undefined) {
    const hook = { schema, name, input: call.input }
    const run = (db: Db) => callHook(db, hook)
    return parseText(call.db === undefined ? await pool.transaction(run) : await run(call.db))
  }
  if (isHttp(uri)) return callHttpHook({ uri, secrets }, call.input)
  throw errors.hookFailed(`unsupported protocol: "${uri}"`)
}

export const makeHooks = (deps: HookDeps): Hooks => {
  const { config, clock, observe } = deps
  return {
    isOn: (name) => config[`hook_${name}_enabled`],
    run: async (name, { input, origin, db }) => {
      const uri = config[`hook_${name}_uri`]
      const ip = origin.ip === undefined ? {} : { ip_address: origin.ip }
      const metadata = { uuid: randomUUID(), time: iso(clock()), name: names[name], ...ip }
      const call = { input: { metadata, ...input }, origin, ...(db === undefined ? {} : { db }) }
      try {
        return readAnswer(await dispatch(deps, { uri, secrets: config[`hook_${name}_secrets`] }, call))
      } catch (error) {
        observe({ level: 'warn', event: 'auth.hook_failed', fields: { hook: name }, error })
        throw isPlinthError(error) ? error : errors.hookFailed(`Error running hook URI: ${uri}`, error)
      }
    },
  }
}
