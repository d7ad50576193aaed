// Writes letters and hands them to the mail port, within the project's hourly limits. Called after the transaction.

import type { AuthConfig, Observe } from '@plinth/contracts'
import { isPlinthError } from '@plinth/errors'
import { makeRateLimiter, type RateLimiter } from '@plinth/http'
import type { AuthDeps, Origin } from '../deps.ts'
import { errors } from '../errors.ts'
import type { Hooks } from './hooks.ts'
import type { Draft, Mail } from './letter.ts'
import { sendByHook } from './send-hooks.ts'
import { takeBack } from './take-back.ts'
import { writeLetter } from './write-letter.ts'

/** Hooks are told where the request came from. When one cannot leave, none of them has promised anything. */
export type Post = (drafts: readonly Draft[], origin: Origin) => Promise<void>

export type PostDeps = Pick<AuthDeps, 'pool'> & {
  readonly mail: Mail
  readonly config: AuthConfig
  readonly clock: () => number
  readonly observe: Observe
  readonly hooks: Hooks
  readonly issuer: string
}

const onHour = (count: number, clock: () => number): RateLimiter =>
  makeRateLimiter({ burst: count, perSecond: count / 3600 }, clock)

const isNotice = ({ kind }: Draft): boolean => kind.endsWith('_notification')

/** Both sides of a change of address go to a hook in one call. */
const inCalls = (
  { hooks }: Pick<PostDeps, 'hooks'>,
  drafts: readonly Draft[],
): readonly (readonly [Draft, Draft | undefined])[] => {
  const [first, second, ...rest] = drafts
  const isPair = first?.kind === 'email_change' && second?.kind === 'email_change'
  if (isPair && hooks.isOn('send_email')) return [[first, second], ...inCalls({ hooks }, rest)]
  return drafts.map((draft) => [draft, undefined])
}

const smsProblem = ({ action }: Draft, cause: unknown): Error => {
  if (isPlinthError(cause)) return cause
  return action === 'mfa'
    ? errors.factorSmsFailed(cause)
    : errors.smsFailed(action.replace(/_token$/, ''), cause)
}

export const makePost = (deps: PostDeps): Post => {
  const { mail, config, clock, observe, hooks } = deps
  const mails = onHour(config.rate_limit_email_sent, clock)
  const texts = onHour(config.rate_limit_sms_sent, clock)
  const sendOne = async (draft: Draft, other: Draft | undefined, origin: Origin) => {
    const isSms = draft.kind === 'sms'
    if (isSms && texts.take('project') > 0) throw errors.tooManySms()
    if (!isSms && mails.take('project') > 0) throw errors.tooManyMails()
    if (hooks.isOn(isSms ? 'send_sms' : 'send_email')) return sendByHook(deps, { draft, other, origin })
    await mail.send(writeLetter(deps, draft)).catch((cause: unknown) => {
      if (isSms) throw smsProblem(draft, cause)
      throw errors.mailFailed(`Error sending ${draft.kind.replaceAll('_', ' ')} email`, cause)
    })
  }
  return async (drafts, origin) => {
    for (const [draft, other] of inCalls(deps, drafts)) {
      await sendOne(draft, other, origin).catch(async (error: unknown) => {
        // What it tells has happened already.
        if (isNotice(draft)) {
          observe({ level: 'warn', event: 'auth.notice_failed', fields: { kind: draft.kind }, error })
          return
        }
        for (const one of drafts) await takeBack(deps, one)
        throw error
      })
    }
  }
}
