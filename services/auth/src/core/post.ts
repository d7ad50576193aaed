// Hands letters to the mail port, within the project's hourly limit. Called after the transaction.

import type { AuthConfig } from '@plinth/contracts'
import { makeRateLimiter, type RateLimiter } from '@plinth/http'
import { errors } from '../errors.ts'
import type { Letter, Mail } from './letter.ts'

export type Post = (letters: readonly Letter[]) => Promise<void>

const onHour = (count: number, clock: () => number): RateLimiter =>
  makeRateLimiter({ burst: count, perSecond: count / 3600 }, clock)

export const makePost = (mail: Mail, config: AuthConfig, clock: () => number): Post => {
  const limiter = onHour(config.rate_limit_email_sent, clock)
  const sendOne = async (letter: Letter) => {
    if (letter.kind !== 'sms' && limiter.take('project') > 0) throw errors.tooManyMails()
    await mail.send(letter).catch((cause: unknown) => {
      if (letter.kind === 'sms') throw errors.smsFailed(cause)
      throw errors.mailFailed(`Error sending ${letter.kind.replace('_', ' ')} email`, cause)
    })
  }
  return async (letters) => {
    for (const letter of letters) await sendOne(letter)
  }
}
