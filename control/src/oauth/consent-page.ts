// The page on which a person lets an app act in one of their organizations.

import { recordAudit } from '../frame/audit.ts'
import { listOrganizations, type Organization } from '../organizations/queries.ts'
import { errors as pageErrors } from '../pages/errors.ts'
import { type Html, html } from '../pages/html.ts'
import { sendPage } from '../pages/page.ts'
import { type PageRoute, signedInAs } from '../pages/routes.ts'
import { askToSignIn } from '../pages/sign-in.ts'
import { csrfField, type Form, field, fields, type Visit } from '../pages/visit.ts'
import { listProjects } from '../projects/queries.ts'
import type { ProjectRow } from '../projects/rows.ts'
import { type Ask, openAsk, wayBack } from './ask.ts'
import { giveAccess } from './give-access.ts'
import { type AppRow, findApp } from './queries.ts'
import { listScopes } from './scope-words.ts'

const getApp = async (visit: Visit, ask: Ask): Promise<AppRow> => {
  const app = await findApp(visit.platform.db, ask.appId)
  if (app === undefined) throw pageErrors.badLink('The program that sent you here is no longer known.')
  return app
}

export const aboutApp = (app: AppRow, ask: Ask): Html => {
  const { host, protocol } = new URL(ask.redirectUri)
  return html`<p class="soft">Afterwards you return to <strong>${host === '' ? protocol : host}</strong>.</p>
${app.organization_id === null && html`<p class="note warn">${app.name} registered itself here: nobody has checked who is behind it. Go on only if you have just started this from a program you trust.</p>`}`
}

const organizationChoice = (organizations: readonly Organization[], ask: Ask): Html => {
  const wished = organizations.find(({ slug }) => slug === ask.organization) ?? organizations[0]
  return html`<label for="organization">Organization</label>
<select id="organization" name="organization">${organizations.map(
    ({ slug, name }) =>
      html`<option value="${slug}"${slug === wished?.slug && html` selected`}>${name}</option>`,
  )}</select>`
}

/** More than a page can show are all or none. */
const mostListed = 50

const projectChoice = (projects: readonly ProjectRow[], organizations: readonly Organization[]): Html => {
  const nameOf = (id: string) => organizations.find((one) => one.id === id)?.name
  if (projects.length === 0 || projects.length > mostListed) {
    return html`<input type="hidden" name="reach" value="all">`
  }
  return html`<fieldset><legend>Projects</legend>
<label class="choice"><input type="radio" name="reach" value="all" checked> All of the organization, also later ones</label>
<label class="choice"><input type="radio" name="reach" value="some"> Only these:</label>
${projects.map(
  ({ ref, name, organization_id }) =>
    html`<label class="choice"><input type="checkbox" name="project" value="${ref}"> <span>${name} <small>${nameOf(organization_id)}</small></span></label>`,
)}</fieldset>`
}

const show = async (visit: Visit) => {
  const { ask: sealed } = visit.request.query as { ask?: unknown } // Fastify has parsed it; any value may come
  const { db, key } = visit.platform
  const ask = openAsk(key, 'consent', sealed)
  if (visit.person === undefined) return askToSignIn(visit)
  const app = await getApp(visit, ask)
  const [organizations, projects] = await Promise.all([
    listOrganizations(db, visit.person.id),
    listProjects(db, visit.person.id),
  ])
  return sendPage(visit.reply, {
    title: `Authorize ${app.name}`,
    leadsTo: ask.redirectUri,
    footer: signedInAs(visit) ?? html``,
    body: html`<h1>Let ${app.name} act for you?</h1>
<p>${app.name} asks for these rights in one of your organizations. It can never do more there than you can.</p>
${listScopes(app.scopes)}${aboutApp(app, ask)}
<form method="post" action="/oauth/consent">${csrfField(visit)}<input type="hidden" name="ask" value="${String(sealed)}">
${organizations.length === 0 ? html`<p class="note bad">You belong to no organization yet.</p>` : organizationChoice(organizations, ask)}
${projectChoice(projects, organizations)}
<div class="buttons"><button name="decision" value="deny">Cancel</button><button class="main" name="decision" value="allow">Authorize</button></div>
</form>`,
  })
}

/** What the person chose, checked against what is theirs. */
const readChoice = async (visit: Visit, form: Form, accountId: string) => {
  const { db } = visit.platform
  const organizationId = field(form, 'organization')
  const organizations = await listOrganizations(db, accountId)
  if (organizationId === undefined || !organizations.some(({ id }) => id === organizationId)) {
    throw pageErrors.badLink('You do not belong to that organization.')
  }
  if (field(form, 'reach') !== 'some') return { organizationId, projectRefs: null }
  const projectRefs = fields(form, 'project')
  const theirs = (await listProjects(db, accountId)).filter((row) => row.organization_id === organizationId)
  const isFit = projectRefs.length > 0 && projectRefs.every((ref) => theirs.some((row) => row.ref === ref))
  if (!isFit) throw pageErrors.badLink('Choose at least one project, all of the organization you chose.')
  return { organizationId, projectRefs }
}

const take = async (visit: Visit, form: Form) => {
  const { platform, person, reply, request } = visit
  const ask = openAsk(platform.key, 'consent', field(form, 'ask'))
  if (person === undefined) throw pageErrors.badLink('You are not signed in any more.')
  const app = await getApp(visit, ask)
  if (field(form, 'decision') !== 'allow') {
    const refusal = { error: 'access_denied', error_description: 'The request was declined.' }
    return reply.redirect(wayBack(ask, refusal), 303)
  }
  const choice = await readChoice(visit, form, person.id)
  const next = await platform.db.transaction(async (session) => {
    await recordAudit(session, {
      operation: 'oauth.authorize',
      accountId: person.id,
      organizationId: choice.organizationId,
      requestId: request.id,
    })
    return giveAccess(session, ask, { appId: app.id, accountId: person.id, scopes: app.scopes, ...choice })
  })
  return reply.redirect(next, 303)
}

export const consentPage: PageRoute = { path: '/oauth/consent', name: 'oauth.consent', show, take }
