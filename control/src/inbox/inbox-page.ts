// What a project would have mailed and texted: the page that stands for a mail server until one is set.

import { html } from '../pages/html.ts'
import { sendPage } from '../pages/page.ts'
import { type PageRoute, signedInAs } from '../pages/routes.ts'
import { askToSignIn } from '../pages/sign-in.ts'
import type { Visit } from '../pages/visit.ts'
import { openInbox } from './open-inbox.ts'
import { type Heading, listLetters } from './queries.ts'

const perPage = 25

export const timeOf = ({ created_at: at }: Heading): string => `${new Date(at).toISOString().slice(0, 19)}Z`

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

const show = async (visit: Visit) => {
  const inbox = await openInbox(visit)
  if (inbox === undefined) return askToSignIn(visit)
  const { ref, call } = inbox
  const asked = visit.request.query as Readonly<Record<string, unknown>> // any value may come
  const to = textOf(asked['to']).toLowerCase()
  const before = textOf(asked['before'])
  const wish = { to, before: /^\d{1,18}$/.test(before) ? before : undefined, limit: perPage + 1 }
  const letters = await listLetters(call, ref, wish)
  const page = letters.slice(0, perPage)
  const isLast = letters.length <= perPage
  const older = new URLSearchParams({ ...(to === '' ? {} : { to }), before: page.at(-1)?.id ?? '' })
  const path = `/projects/${ref}/inbox`
  return sendPage(visit.reply, {
    title: 'Inbox',
    isWide: true,
    footer: signedInAs(visit) ?? html``,
    body: html`<h1>Inbox of <code>${ref}</code></h1>
<p class="soft">Letters and text messages that could not leave, because the project has no mail server or provider for texts. The newest thousand are kept.</p>
<form method="get" action="${path}"><label for="to">Only to</label><div class="row"><input id="to" name="to" type="text" inputmode="email" value="${to}" placeholder="ada@example.com"><button>Show</button></div></form>
${page.length === 0 && html`<p class="note">${before === '' ? 'Nothing has been sent yet. Sign somebody up, or ask for a code.' : 'Nothing older.'}</p>`}
<ul class="plain">${page.map(
      (
        letter,
      ) => html`<li class="row"><div><a href="${path}/${letter.id}">${letter.subject || 'Text message'}</a><br>
<small>to ${letter.recipient} · <time datetime="${timeOf(letter)}">${timeOf(letter).replace('T', ' ')}</time></small></div><code>${letter.code}</code></li>`,
    )}</ul>
${!isLast && html`<p><a href="${path}?${older.toString()}" rel="next">Older</a></p>`}`,
  })
}

export const inboxPage: PageRoute = { path: '/projects/:ref/inbox', name: 'inbox.list', show }
