// One letter: its code and link, and the letter itself as its reader would see it, shut in a frame of its own.

import { errors } from '../pages/errors.ts'
import { html } from '../pages/html.ts'
import { sendPage } from '../pages/page.ts'
import { type PageRoute, signedInAs } from '../pages/routes.ts'
import { askToSignIn } from '../pages/sign-in.ts'
import type { Visit } from '../pages/visit.ts'
import { timeOf } from './inbox-page.ts'
import { letterId, openInbox } from './open-inbox.ts'
import { findLetter, type InboxLetter } from './queries.ts'

type Found = { readonly ref: string; readonly letter: InboxLetter }

const find = async (visit: Visit): Promise<Found | undefined> => {
  const inbox = await openInbox(visit)
  if (inbox === undefined) return undefined
  const letter = await findLetter(inbox.call, inbox.ref, letterId(visit))
  if (letter === undefined) throw errors.noLetter()
  return { ref: inbox.ref, letter }
}

const show = async (visit: Visit) => {
  const found = await find(visit)
  if (found === undefined) return askToSignIn(visit)
  const { ref, letter } = found
  const path = `/projects/${ref}/inbox`
  const subject = letter.subject || 'Text message'
  return sendPage(visit.reply, {
    title: subject,
    isWide: true,
    hasFrame: true,
    footer: signedInAs(visit) ?? html``,
    body: html`<p><a href="${path}">Inbox</a></p>
<h1>${subject}</h1><p class="soft">to ${letter.recipient} · ${timeOf(letter).replace('T', ' ')}</p>
${letter.code !== '' && html`<div class="code">${letter.code}</div>`}
${letter.link !== '' && html`<p><a href="${letter.link}">Follow its link</a></p>`}
${letter.body_html !== '' && html`<iframe title="The letter" src="${path}/${letter.id}/letter"></iframe>`}
<h2>As plain text</h2><pre>${letter.body_text}</pre>`,
  })
}

export const letterPage: PageRoute = { path: '/projects/:ref/inbox/:id', name: 'inbox.letter', show }

/** The owner's template may say anything: no scripts, no forms, an origin of its own; links open beside it. */
const letterHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'",
  'x-frame-options': 'SAMEORIGIN',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

const showBody = async (visit: Visit) => {
  const found = await find(visit)
  if (found === undefined) return askToSignIn(visit)
  return visit.reply.headers(letterHeaders).send(`<base target="_blank">${found.letter.body_html}`)
}

export const letterBody: PageRoute = {
  path: '/projects/:ref/inbox/:id/letter',
  name: 'inbox.letter-body',
  show: showBody,
}
