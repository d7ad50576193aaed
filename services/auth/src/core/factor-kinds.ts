// The kinds of second factors: what each is called, and whether the project offers it.

import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { FactorRow } from './user-row.ts'

export type FactorKind = FactorRow['factor_type']

/** How showing one is named in the `amr` claim. */
export const factorMethods = { totp: 'totp', phone: 'mfa/phone', webauthn: 'mfa/webauthn' } as const

const kinds = {
  totp: { title: 'TOTP', key: 'mfa_totp' },
  phone: { title: 'Phone', key: 'mfa_phone' },
  webauthn: { title: 'WebAuthn', key: 'mfa_web_authn' },
} as const

export const isFactorKind = (type: string): type is FactorKind => Object.hasOwn(kinds, type)

export const checkEnrolling = ({ config }: Parts, kind: FactorKind): void => {
  const { title, key } = kinds[kind]
  if (!config[`${key}_enroll_enabled`]) throw errors.enrollDisabled(kind, title)
}

export const checkVerifying = ({ config }: Parts, kind: FactorKind): void => {
  const { title, key } = kinds[kind]
  if (!config[`${key}_verify_enabled`]) throw errors.factorVerifyDisabled(kind, title)
}
