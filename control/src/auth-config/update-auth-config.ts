// Changes settings of the auth service. What it reads takes effect with the next spec; a switch of something
// that is not there is refused, so that nobody believes it is on.

import { AuthConfig } from '@plinth/contracts'
import { z } from 'zod'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { readKept, writeKept } from '../projects/kept-settings.ts'
import { changeProject } from '../projects/spec.ts'
import { type AuthValues, currentValues, isMask, keptAuth, maskValues } from './kept-auth.ts'
import { AuthSettings } from './reply.ts'
import { ensureSamlKey } from './saml-key.ts'
import { authSettings, isEffective } from './settings-table.ts'

const settable = authSettings.filter(({ isReadOnly }) => !isReadOnly)
const edit = Object.fromEntries(settable.map(({ key, schema }) => [key, schema.nullable().optional()]))

/** Names every switch that has nothing behind it. */
const refuseSwitches = (wish: AuthValues): void => {
  const problems = settable.flatMap(({ key, needs }) =>
    needs !== undefined && wish[key] ? [`${key}: ${needs}`] : [],
  )
  if (problems.length > 0) throw errors.invalid(problems)
}

/** The old values with the wish laid over them; null goes back to the default. */
const mix = (old: AuthValues, wish: AuthValues): AuthValues =>
  Object.fromEntries(Object.entries({ ...old, ...wish }).filter(([, value]) => value !== null))

const pick = (wish: AuthValues, wanted: (key: string) => boolean): AuthValues =>
  Object.fromEntries(Object.entries(wish).filter(([key]) => wanted(key)))

const changeAuth = (old: AuthConfig, wish: AuthValues): AuthConfig => {
  const result = AuthConfig.safeParse(mix(old, wish))
  if (result.success) return result.data
  throw errors.invalid(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
}

export const updateAuthConfig = operation({
  name: 'auth-config.update',
  about: 'Changes settings of the auth service; null resets one. The service takes them without a restart.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/config/auth',
    status: 200,
    id: 'v1-update-auth-service-config',
    tag: 'Auth',
  },
  scope: onProject('auth_config_write'),
  input: z.object({ ...byRef, ...edit }),
  output: AuthSettings,
  run: async (call, { ref, ...rest }) => {
    const sent: AuthValues = rest
    refuseSwitches(sent)
    return changeProject(call, ref, 'be configured', async ({ db, spec: old }) => {
      const store = { db, key: call.key }
      const kept = await readKept(store, ref, keptAuth)
      const before = currentValues(old.auth, kept)
      const wish = pick(sent, (key) => !isMask(ref, sent[key], before[key]))
      const auth = await ensureSamlKey(changeAuth(old.auth, pick(wish, isEffective)))
      const spec = { ...old, auth }
      const nextKept = mix(
        kept,
        pick(wish, (key) => !isEffective(key)),
      )
      await writeKept(store, ref, keptAuth, nextKept)
      const result = maskValues(currentValues(spec.auth, nextKept), { ref, mayWrite: true })
      return Object.keys(wish).some(isEffective) ? { result, spec } : { result }
    })
  },
})
