// Auth settings as they rest: what the service reads stands in the spec, the rest in a sealed document.

import { createHmac } from 'node:crypto'
import type { StackSpec } from '@plinth/contracts'
import { z } from 'zod'
import { authSettings, initialOf, isEffective } from './settings-table.ts'

export const keptAuth = { kind: 'auth', schema: z.record(z.string(), z.unknown()) }

export type AuthValues = Readonly<Record<string, unknown>>

/** Every key as it is now, secrets included. */
export const currentValues = (auth: StackSpec['auth'], kept: AuthValues): AuthValues => {
  const ofSpec: AuthValues = auth
  return Object.fromEntries(
    authSettings.map((setting) => {
      const { key, hidesEmpty } = setting
      const value = isEffective(key) ? ofSpec[key] : kept[key]
      return [key, (hidesEmpty && value === '' ? null : value) ?? initialOf(setting)]
    }),
  )
}

/** What whoever may not change settings sees of a secret: that there is one. */
const hidden = '********'

/** The CLI compares this digest with that of its own file; the ref is the key of it. */
const digestOf = (ref: string, value: unknown): string =>
  createHmac('sha256', ref).update(String(value)).digest('hex')

export type Masking = { readonly ref: string; readonly mayWrite: boolean }

/** As replies show them. A digest is only for who could set the secret anew: a short one can be guessed from it. */
export const maskValues = (values: AuthValues, { ref, mayWrite }: Masking): Record<string, unknown> => {
  const shown = { ...values }
  for (const { key, isSecret } of authSettings) {
    const value = values[key]
    if (isSecret && value !== null && value !== '') shown[key] = mayWrite ? digestOf(ref, value) : hidden
  }
  return shown
}

/** Whether a client sent back what it was shown instead of a new secret. */
export const isMask = (ref: string, sent: unknown, value: unknown): boolean =>
  value !== null && (sent === hidden || sent === digestOf(ref, value))
