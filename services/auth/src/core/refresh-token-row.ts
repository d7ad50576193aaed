// A refresh token as the database gives it; each one prolongs its session once.

import { randomInt } from 'node:crypto'

export type RefreshTokenRow = {
  readonly id: number
  readonly token: string
  readonly parent: string | null
  readonly revoked: boolean
  readonly updated_at: string
  readonly user_id: string
  readonly session_id: string | null
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** Twelve letters and digits: 60 random bits. */
export const newRefreshToken = (): string =>
  Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')

export const isRefreshToken = (text: string): boolean => /^[a-z0-9]{12}$/.test(text)
