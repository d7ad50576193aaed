// Signing in and out. Whoever needs a person first sends the browser here and gets it back.

import { makeRateLimiter } from '@plinth/http'
import { findByPassword } from '../accounts/passwords.ts'
import { closeSession, openSession } from '../accounts/sessions.ts'
import { recordAudit } from '../frame/audit.ts'
import { errors } from './errors.ts'
import { html } from './html.ts'
import { sendPage } from './page.ts'
import type { PageRoute } from './routes.ts'
import { csrfField, dropSession, type Form, field, keepSession, sessionSecret, type Visit } from './visit.ts'

/** A path of our own, never another site. */
export const ownPath = (next: string | undefined): string => {
  const base = 'http://own.invalid'
  if (next === undefined || !URL.canParse(next, base)) return '/account'
  const { origin, pathname, search } = new URL(next, base)
  // The parsed path, so that `//elsewhere` and `/\\elsewhere` cannot come out of it.
  return origin === base && next.startsWith('/') && !pathname.startsWith('//')
    ? `${pathname}${search}`
    : '/account'
}

/** Sends a browser without a session to sign in and back. */
export const askToSignIn = ({ reply, request }: Visit) =>
  reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303)

const form = (visit: Visit, next: string, wrong?: string) =>
  sendPage(
    visit.reply,
    {
      title: 'Sign in',
      body: html`<h1>Sign in</h1>
${wrong !== undefined && html`<p class="note bad" role="alert">${wrong}</p>`}
<form method="post" action="/login">${csrfField(visit)}<input type="hidden" name="next" value="${next}">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<div class="buttons"><button class="main">Sign in</button></div></form>
${next.startsWith('/oauth/claim') && html`<p class="soft">New here? <a href="/signup?next=${encodeURIComponent(next)}">Create an account</a></p>`}
<p class="soft">No password yet? Whoever runs this installation sets one with <code>plinth user password</code>.</p>`,
    },
    wrong === undefined ? 200 : 401,
  )

/** Ten at once, then one every six seconds: for an address and for an account. */
const limits = { burst: 10, perSecond: 1 / 6 }

export const signInPages = (): readonly PageRoute[] => {
  const tries = makeRateLimiter(limits)
  const takeTry = (...keys: readonly string[]): void => {
    const seconds = Math.max(...keys.map((key) => tries.take(key)))
    if (seconds > 0) throw errors.tooManyTries(seconds)
  }

  const signIn = async (visit: Visit, sent: Form) => {
    const { platform, request, reply } = visit
    const email = field(sent, 'email') ?? ''
    takeTry(`address ${request.ip}`, `account ${email.toLowerCase()}`)
    const account = await findByPassword(platform.db, email, field(sent, 'password') ?? '')
    const next = ownPath(field(sent, 'next'))
    if (account === undefined) return form(visit, next, 'E-mail or password is wrong.')
    const before = sessionSecret(visit)
    if (before !== undefined) await closeSession(platform.db, before)
    keepSession(visit, await openSession(platform.db, account.id))
    await recordAudit(platform.db, {
      operation: 'pages.sign-in',
      accountId: account.id,
      requestId: request.id,
    })
    return reply.redirect(next, 303)
  }

  const signOut = async (visit: Visit) => {
    const secret = sessionSecret(visit)
    if (secret !== undefined) await closeSession(visit.platform.db, secret)
    dropSession(visit)
    return visit.reply.redirect('/login', 303)
  }

  return [
    {
      path: '/login',
      name: 'pages.login',
      show: (visit) => {
        const { next } = visit.request.query as { next?: unknown } // Fastify has parsed it; any value may come
        return form(visit, ownPath(typeof next === 'string' ? next : undefined))
      },
      take: signIn,
    },
    { path: '/logout', name: 'pages.logout', take: signOut },
  ]
}
