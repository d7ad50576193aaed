// One setting of `config/auth`: its key, what it may be, what it is until somebody sets it.

import { z } from 'zod'

export type AuthSetting = {
  readonly key: string
  readonly schema: z.ZodType
  readonly initial: string | number | boolean | null
  /** Shown as a digest, never as it is. */
  readonly isSecret?: true
  /** What is missing to switch it on; an attempt is refused with this sentence. */
  readonly needs?: string
  /** What is empty for the service is shown as not set. */
  readonly hidesEmpty?: true
  /** Shown, not settable. */
  readonly isReadOnly?: true
}

type More = Partial<Omit<AuthSetting, 'key' | 'schema'>>

export const text = (key: string, more: More = {}): AuthSetting => ({
  key,
  schema: z.string(),
  initial: null,
  ...more,
})

export const secret = (key: string): AuthSetting => text(key, { isSecret: true })

export const flag = (key: string, more: More = {}): AuthSetting => ({
  key,
  schema: z.boolean(),
  initial: false,
  ...more,
})

/** A switch of something that is not built yet. */
export const notYet = (key: string, what: string): AuthSetting =>
  flag(key, { needs: `${what} cannot be switched on: this installation does not offer it yet` })

export const count = (
  key: string,
  bounds: { readonly min?: number; readonly max?: number } = {},
  more: More = {},
): AuthSetting => ({
  key,
  schema: z
    .int()
    .min(bounds.min ?? 0)
    .max(bounds.max ?? 2_147_483_647),
  initial: null,
  ...more,
})

export const choice = (key: string, values: readonly string[], more: More = {}): AuthSetting => ({
  key,
  schema: z.enum(values as [string, ...string[]]),
  initial: null,
  ...more,
})
