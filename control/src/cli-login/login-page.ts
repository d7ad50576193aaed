// The page that `login` of the CLI opens: the person agrees and gets a code to type into the terminal.

import { randomInt } from 'node:crypto'
import { newAccessToken, sha256Base64Url } from '@plinth/crypto'
import { z } from 'zod'
import { aliasOf } from '../accounts/token-queries.ts'
import { recordAudit } from '../frame/audit.ts'
import { errors } from '../pages/errors.ts'
import { html } from '../pages/html.ts'
import { sendPage } from '../pages/page.ts'
import { type PageRoute, signedInAs } from '../pages/routes.ts'
import { askToSignIn } from '../pages/sign-in.ts'
import { csrfField, type Form, type Visit } from '../pages/visit.ts'
import { insertLogin } from './queries.ts'
import { sealForCli } from './seal-for-cli.ts'

const Asked = z.object({
  session_id: z.uuid(),
  token_name: z.string().trim().min(1).max(256).catch('CLI'),
  public_key: z.string(),
})
type Asked = z.infer<typeof Asked>

const readAsked = (raw: unknown): Asked => {
  const asked = Asked.safeParse(raw)
  if (!asked.success || sealForCli('', asked.data.public_key) === undefined) {
    throw errors.badLink('This log-in link is not complete.')
  }
  return asked.data
}

/** Letters and digits that are not taken for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const newCode = (): string => Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')

const show = (visit: Visit) => {
  const asked = readAsked(visit.request.query)
  if (visit.person === undefined) return askToSignIn(visit)
  return sendPage(visit.reply, {
    title: 'Log in to the command line',
    footer: signedInAs(visit) ?? html``,
    body: html`<h1>Log in to the command line?</h1>
<p>A command line asks for an access token named <strong>${asked.token_name}</strong>. It may do everything that you may do.</p>
<p class="note warn">Go on only if you have just run a log-in command yourself. Never give the code you get to anybody.</p>
<form method="post" action="/cli/login">${csrfField(visit)}
<input type="hidden" name="session_id" value="${asked.session_id}"><input type="hidden" name="token_name" value="${asked.token_name}"><input type="hidden" name="public_key" value="${asked.public_key}">
<div class="buttons"><a class="button" href="/account">Cancel</a><button class="main">Log in</button></div></form>`,
  })
}

const take = async (visit: Visit, form: Form) => {
  const { platform, person, reply, request } = visit
  const asked = readAsked(form)
  if (person === undefined) throw errors.badLink('You are not signed in any more.')
  const token = newAccessToken()
  const sealed = sealForCli(token, asked.public_key)
  const code = newCode()
  const isNew =
    sealed !== undefined &&
    (await insertLogin(platform.db, {
      session_id: asked.session_id,
      account_id: person.id,
      token_name: asked.token_name,
      token_hash: sha256Base64Url(token),
      token_alias: aliasOf(token),
      code,
      sealed,
    }))
  if (!isNew) throw errors.badLink('This log-in link was used before.')
  await recordAudit(platform.db, {
    operation: 'cli-login.agree',
    accountId: person.id,
    requestId: request.id,
  })
  return sendPage(reply, {
    title: 'Your code',
    footer: signedInAs(visit) ?? html``,
    body: html`<h1>Type this code into your terminal</h1>
<p class="code" aria-label="Verification code">${code}</p>
<p class="soft">It is good for five minutes. You can close this page afterwards.</p>`,
  })
}

export const cliLoginPage: PageRoute = { path: '/cli/login', name: 'cli-login.page', show, take }
