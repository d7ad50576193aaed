// What both operations on `config/auth` answer: every key.

import { z } from 'zod'
import { authSettings } from './settings-table.ts'

export const AuthSettings = z.object(
  Object.fromEntries(authSettings.map(({ key, schema }) => [key, schema.nullable()])),
)
