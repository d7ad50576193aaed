// What was being done when the project's database refused, most often by a trigger of its owner, in upstream's words.

import { isDatabaseError } from '@plinth/postgres'
import { errors } from '../errors.ts'

/** For `catch`: other problems pass through. */
export const orSay =
  (message: string) =>
  (error: unknown): never => {
    throw isDatabaseError(error) ? errors.databaseRefused(message, error) : error
  }
