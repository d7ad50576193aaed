// An account for somebody who was offered a project. Nobody else signs up here: accounts are made on the machine.

import { hashPassword } from '@plinth/crypto'
import { makeRateLimiter } from '@plinth/http'
import { z } from 'zod'
import { checkPasswordRules } from '../accounts/passwords.ts'
import { findAccount, insertAccount } from '../accounts/queries.ts'
import { openSession } from '../accounts/sessions.ts'
import { recordAudit } from '../frame/audit.ts'
import { openAsk } from '../oauth/ask.ts'
import { errors } from './errors.ts'
import { html } from './html.ts'
import { sendPage } from './page.ts'
import type { PageRoute } from './routes.ts'
import { ownPath } from './sign-in.ts'
import { csrfField, type Form, field, keepSession, type Visit } from './visit.ts'

/** The way on, which must be to an offer that is good. */
const readNext = ({ platform }: Visit, next: unknown): string => {
  const path = ownPath(typeof next === 'string' ? next : undefined)
  const { pathname, searchParams } = new URL(path, 'http://own.invalid')
  if (pathname !== '/oauth/claim')
    throw errors.badLink('Accounts are made here only for who takes over a project.')
  openAsk(platform.key, 'claim', searchParams.get('ask'))
  return path
}

const form = (visit: Visit, next: string, wrong?: string) =>
  sendPage(
    visit.reply,
    {
      title: 'Create an account',
      body: html`<h1>Create an account</h1>
${wrong !== undefined && html`<p class="note bad" role="alert">${wrong}</p>`}
<form method="post" action="/signup">${csrfField(visit)}<input type="hidden" name="next" value="${next}">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="new-password" minlength="10" required>
<p class="soft">At least 10 characters.</p>
<div class="buttons"><button class="main">Create account</button></div></form>
<p class="soft"><a href="/login?next=${encodeURIComponent(next)}">I have an account</a></p>`,
    },
    wrong === undefined ? 200 : 400,
  )

const makeAccount = async (visit: Visit, email: string, password: string): Promise<string> => {
  const { db } = visit.platform
  checkPasswordRules(password)
  const username = email.split('@', 1)[0] ?? email
  const id = await insertAccount(db, { email, username, passwordHash: await hashPassword(password) })
  await recordAudit(db, { operation: 'pages.sign-up', accountId: id, requestId: visit.request.id })
  return id
}

export const signUpPages = (): readonly PageRoute[] => {
  const tries = makeRateLimiter({ burst: 10, perSecond: 1 / 60 })

  const take = async (visit: Visit, sent: Form) => {
    const next = readNext(visit, field(sent, 'next'))
    const seconds = tries.take(visit.request.ip)
    if (seconds > 0) throw errors.tooManyTries(seconds)
    const email = z.email().max(254).safeParse(field(sent, 'email')?.trim())
    if (!email.success) return form(visit, next, 'This is not an e-mail address.')
    const { db } = visit.platform
    if (await findAccount(db, email.data))
      return form(visit, next, 'There is an account with this address. Sign in instead.')
    const id = await makeAccount(visit, email.data, field(sent, 'password') ?? '')
    keepSession(visit, await openSession(db, id))
    return visit.reply.redirect(next, 303)
  }

  return [
    {
      path: '/signup',
      name: 'pages.signup',
      show: (visit) => form(visit, readNext(visit, (visit.request.query as { next?: unknown }).next)),
      take,
    },
  ]
}
