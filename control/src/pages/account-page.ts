// What a person has here: their tokens, the apps that act for them, and how to end either.

import { z } from 'zod'
import { deleteToken, listTokens } from '../accounts/token-queries.ts'
import { recordAudit } from '../frame/audit.ts'
import { listInboxes } from '../inbox/list-inboxes.ts'
import { deleteGrantsOfPerson, listAppsOfPerson } from '../oauth/person-grants.ts'
import { type Html, html } from './html.ts'
import { sendPage } from './page.ts'
import { type PageRoute, signedInAs } from './routes.ts'
import { askToSignIn } from './sign-in.ts'
import { csrfField, type Form, field, type Visit } from './visit.ts'

const day = (time: string | null): string =>
  time === null ? 'never' : new Date(time).toISOString().slice(0, 10)

const endButton = (visit: Visit, kind: 'token' | 'app', id: string, label: string): Html =>
  html`<form method="post" action="/account">${csrfField(visit)}<input type="hidden" name="${kind}" value="${id}"><button class="small" aria-label="${label}">Revoke</button></form>`

const show = async (visit: Visit) => {
  const { person, platform } = visit
  if (person === undefined) return askToSignIn(visit)
  const [tokens, apps, inboxes] = await Promise.all([
    listTokens(platform.db, person.id),
    listAppsOfPerson(platform.db, person.id),
    listInboxes(platform.db, person.id),
  ])
  return sendPage(visit.reply, {
    title: 'Account',
    isWide: true,
    footer: signedInAs(visit) ?? html``,
    body: html`<h1>${person.username}</h1><p class="soft">${person.email}</p>
<h2>Access tokens</h2>
${tokens.length === 0 && html`<p class="soft">None. Log in with the command line, or run <code>plinth token add</code> on the machine.</p>`}
<ul class="plain">${tokens.map(
      (token) => html`<li class="row"><div>${token.name} <code>${token.alias}</code><br>
<small>${token.scope === null ? 'Everything you may do' : `${token.scope.permissions.length} permissions`} · expires ${day(token.expires_at)} · last used ${day(token.last_used_at)}</small></div>
${endButton(visit, 'token', token.id, `Revoke ${token.name}`)}</li>`,
    )}</ul>
<h2>Apps that act for you</h2>
${apps.length === 0 && html`<p class="soft">None.</p>`}
<ul class="plain">${apps.map(
      (
        app,
      ) => html`<li class="row"><div>${app.name}<br><small>in ${app.organization} · since ${day(app.since)}</small></div>
${endButton(visit, 'app', `${app.id} ${app.organization_id}`, `Revoke ${app.name}`)}</li>`,
    )}</ul>
<h2>Inboxes of projects</h2>
${inboxes.length === 0 && html`<p class="soft">None.</p>`}
<ul class="plain">${inboxes.map(({ ref, name }) => html`<li class="row"><div><a href="/projects/${ref}/inbox">${name}</a></div><code>${ref}</code></li>`)}</ul>
<p class="soft">The <a href="/docs">reference</a> says what tokens are for.</p>`,
  })
}

const take = async (visit: Visit, form: Form) => {
  const { person, platform, request, reply } = visit
  if (person === undefined) return askToSignIn(visit)
  const token = z.uuid().safeParse(field(form, 'token'))
  const [appId, organizationId = ''] = field(form, 'app')?.split(' ') ?? []
  const app = z.uuid().safeParse(appId)
  const entry = { accountId: person.id, requestId: request.id }
  if (token.success) {
    await deleteToken(platform.db, person.id, token.data)
    await recordAudit(platform.db, { ...entry, operation: 'pages.revoke-token' })
  } else if (app.success) {
    await deleteGrantsOfPerson(platform.db, { accountId: person.id, appId: app.data, organizationId })
    await recordAudit(platform.db, { ...entry, operation: 'pages.revoke-app' })
  }
  return reply.redirect('/account', 303)
}

export const accountPage: PageRoute = { path: '/account', name: 'pages.account', show, take }
