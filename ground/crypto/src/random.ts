// New names and secrets. All randomness is the operating system's; letters are drawn without bias.

import { randomBytes, randomInt } from 'node:crypto'
import type { ProjectRef } from '@plinth/contracts'

const draw = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Address of a project or branch. */
export const newRef = (): ProjectRef =>
  // Drawn from the very alphabet and length that the brand stands for.
  draw('abcdefghijklmnopqrstuvwxyz', 20) as ProjectRef

/** A personal access token: `sbp_` and 40 hex digits. */
export const newAccessToken = (): string => `sbp_${randomBytes(20).toString('hex')}`

/** A password for a machine: 32 characters that need no escaping in a URL, a shell or SQL. */
export const newPassword = (): string =>
  draw('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 32)
