// The page on which a person takes a project that a platform made for them, and lets the platform go on with it.

import { newRef } from '@plinth/crypto'
import type { Queries } from '@plinth/postgres'
import { type Ask, openAsk, wayBack } from '../oauth/ask.ts'
import { aboutApp } from '../oauth/consent-page.ts'
import { giveAccess } from '../oauth/give-access.ts'
import { type AppRow, findApp } from '../oauth/queries.ts'
import { listScopes } from '../oauth/scope-words.ts'
import { insertMember, insertOrganization } from '../organizations/queries.ts'
import { errors as pageErrors } from '../pages/errors.ts'
import { html } from '../pages/html.ts'
import { sendPage } from '../pages/page.ts'
import { type PageRoute, signedInAs } from '../pages/routes.ts'
import { askToSignIn } from '../pages/sign-in.ts'
import { csrfField, type Form, field, type Visit } from '../pages/visit.ts'
import { getProject } from '../projects/queries.ts'
import { type ClaimRow, listReceivers, lockClaim } from './queries.ts'
import { transferProject } from './transfer.ts'

type Offer = { readonly app: AppRow; readonly claim: ClaimRow }

/** Needs a transaction, since the claim is held. */
const getOffer = async (db: Queries, ask: Ask): Promise<Offer> => {
  const app = await findApp(db, ask.appId)
  const claim = await lockClaim(db, 'page', ask.claim ?? '')
  if (app === undefined || claim === undefined) {
    throw pageErrors.badLink('This project is no longer offered: the link was used, replaced or withdrawn.')
  }
  return { app, claim }
}

const newOrganization = 'new'

const show = async (visit: Visit) => {
  const { ask: sealed } = visit.request.query as { ask?: unknown } // Fastify has parsed it; any value may come
  const { db, key } = visit.platform
  const ask = openAsk(key, 'claim', sealed)
  if (visit.person === undefined) return askToSignIn(visit)
  const { app, claim } = await db.transaction((session) => getOffer(session, ask))
  const [project, organizations] = await Promise.all([
    getProject(db, claim.ref),
    listReceivers(db, visit.person.id),
  ])
  const receivers = organizations.filter(({ id }) => id !== claim.organization_id)
  return sendPage(visit.reply, {
    title: `Take over ${project.name}`,
    leadsTo: ask.redirectUri,
    footer: signedInAs(visit) ?? html``,
    body: html`<h1>Take over ${project.name}?</h1>
<p>${app.name} made this project and offers it to you. It moves to your organization with everything in it: address, keys, data and secrets stay as they are.</p>
<ul class="plain"><li class="row"><div>Project</div><code>${project.ref}</code></li></ul>
<h2>${app.name} keeps these rights in this project</h2>${listScopes(app.scopes)}${aboutApp(app, ask)}
<form method="post" action="/oauth/claim">${csrfField(visit)}<input type="hidden" name="ask" value="${String(sealed)}">
<label for="organization">Your organization</label>
<select id="organization" name="organization">${receivers.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}<option value="${newOrganization}">A new organization</option></select>
<label for="name">Its name, if it is a new one</label><input id="name" name="name" type="text" maxlength="256" value="${visit.person.username}'s organization">
<div class="buttons"><button name="decision" value="deny">Cancel</button><button class="main" name="decision" value="allow">Take over</button></div>
</form>`,
  })
}

/** The organization the person chose, made when it is a new one. */
const receive = async (db: Queries, form: Form, accountId: string): Promise<string> => {
  const chosen = field(form, 'organization')
  if (chosen !== newOrganization) {
    const receivers = await listReceivers(db, accountId)
    const receiver = receivers.find(({ id }) => id === chosen)
    if (receiver === undefined) throw pageErrors.badLink('You do not administer that organization.')
    return receiver.id
  }
  const name = field(form, 'name')?.trim() ?? ''
  if (name === '' || name.length > 256) throw pageErrors.badLink('Give the new organization a name.')
  const made = await insertOrganization(db, newRef(), name)
  await insertMember(db, { organizationId: made.id, accountId, role: 'owner' })
  return made.id
}

const take = async (visit: Visit, form: Form) => {
  const { platform, person, reply, request } = visit
  const ask = openAsk(platform.key, 'claim', field(form, 'ask'))
  if (person === undefined) throw pageErrors.badLink('You are not signed in any more.')
  if (field(form, 'decision') !== 'allow') {
    const refusal = { error: 'access_denied', error_description: 'The project was not taken over.' }
    return reply.redirect(wayBack(ask, refusal), 303)
  }
  const next = await platform.db.transaction(async (session) => {
    const { app, claim } = await getOffer(session, ask)
    const organizationId = await receive(session, form, person.id)
    await transferProject(session, { claim, to: organizationId, accountId: person.id, requestId: request.id })
    const grant = { appId: app.id, accountId: person.id, organizationId, scopes: app.scopes }
    return giveAccess(session, ask, { ...grant, projectRefs: [claim.ref] })
  })
  return reply.redirect(next, 303)
}

export const claimPage: PageRoute = { path: '/oauth/claim', name: 'oauth.claim', show, take }
