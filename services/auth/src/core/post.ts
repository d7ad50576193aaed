// Writes letters and hands them to the mail port, within the project's hourly limits. Called after the transaction.

import type { AuthConfig, Observe } from '@plinth/contracts'
import { makeRateLimiter, type RateLimiter } from '@plinth/http'
import { errors } from '../errors.ts'
import type { Draft, Mail } from './letter.ts'
import { writeLetter } from './write-letter.ts'

export type Post = (drafts: readonly Draft[]) => Promise<void>

export type PostDeps = {
  readonly mail: Mail
  readonly config: AuthConfig
  readonly clock: () => number
  readonly observe: Observe
}

const onHour = (count: number, clock: () => number): RateLimiter =>
  makeRateLimiter({ burst: count, perSecond: count / 3600 }, clock)

const isNotice = ({ kind }: Draft): boolean => kind.endsWith('_notification')

export const makePost = (deps: PostDeps): Post => {
  const { mail, config, clock, observe } = deps
  const mails = onHour(config.rate_limit_email_sent, clock)
  const texts = onHour(config.rate_limit_sms_sent, clock)
  const sendOne = async (draft: Draft) => {
    const isSms = draft.kind === 'sms'
    if (isSms && texts.take('project') > 0) throw errors.tooManySms()
    if (!isSms && mails.take('project') > 0) throw errors.tooManyMails()
    await mail.send(writeLetter(deps, draft)).catch((cause: unknown) => {
      if (isSms) throw errors.smsFailed(cause)
      throw errors.mailFailed(`Error sending ${draft.kind.replaceAll('_', ' ')} email`, cause)
    })
  }
  return async (drafts) => {
    for (const draft of drafts) {
      await sendOne(draft).catch((error: unknown) => {
        // What it tells has happened already.
        if (!isNotice(draft)) throw error
        observe({ level: 'warn', event: 'auth.notice_failed', fields: { kind: draft.kind }, error })
      })
    }
  }
}
