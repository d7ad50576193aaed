// Reads an authorization request. Until the address for the way back is known to be the app's own, problems are
// shown here; after that the app is told (RFC 6749 §4.1.2.1).

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { errors as pageErrors } from '../pages/errors.ts'
import { type Ask, wayBack } from './ask.ts'
import { type AppRow, findApp } from './queries.ts'

const text = z.string().max(8192).optional()
const Query = z.object({
  client_id: z.uuid(),
  redirect_uri: z.string().min(1),
  response_type: text,
  response_mode: text,
  state: text,
  code_challenge: text,
  code_challenge_method: text,
  organization_slug: text,
  resource: text,
})
type Query = z.infer<typeof Query>

export type ReadAsk =
  | { readonly app: AppRow; readonly ask: Omit<Ask, 'kind' | 'expiresAt'> }
  | { readonly refusedTo: string }

const methods: Readonly<Record<string, 'plain' | 'S256'>> = { plain: 'plain', S256: 'S256', sha256: 'S256' }
/** Redirect URI and state together. */
const longest = 4096

type Problem = { readonly error: string; readonly error_description: string }
const problem = (error: string, description: string): Problem => ({ error, error_description: description })

const findProblem = (query: Query, app: AppRow, origin: string): Problem | undefined => {
  const { response_type, response_mode = 'query', code_challenge, code_challenge_method = 'plain' } = query
  if (response_type !== 'code') {
    return problem('unsupported_response_type', 'Only response_type=code is offered here.')
  }
  if (response_mode !== 'query')
    return problem('invalid_request', 'Only response_mode=query is offered here.')
  if (code_challenge === undefined && app.secret_hash === null) {
    return problem('invalid_request', 'A client without a secret must send code_challenge.')
  }
  if (code_challenge !== undefined && !/^[\w.~-]{43,128}$/.test(code_challenge)) {
    return problem('invalid_request', 'code_challenge must be 43 to 128 unreserved characters.')
  }
  if (!(code_challenge_method in methods)) {
    return problem('invalid_request', 'code_challenge_method must be S256 or plain.')
  }
  const { resource } = query
  const isOurs = resource === undefined || (URL.canParse(resource) && new URL(resource).origin === origin)
  return isOurs ? undefined : problem('invalid_target', 'The resource is not served here.')
}

const readQuery = (raw: unknown): Query => {
  const query = Query.safeParse(raw)
  if (query.success) return query.data
  const names = query.error.issues.map(({ path }) => path.join('.')).join(', ')
  throw pageErrors.badLink(`The request is not complete: ${names}.`)
}

export const readAsk = async (db: Queries, raw: unknown, origin: string): Promise<ReadAsk> => {
  const query = readQuery(raw)
  const app = await findApp(db, query.client_id)
  if (app === undefined) throw pageErrors.badLink('The program that sent you here is not known.')
  const { redirect_uri: redirectUri, state, code_challenge: challenge } = query
  if (!app.redirect_uris.includes(redirectUri)) {
    throw pageErrors.badLink(`The address for the way back is not one that ${app.name} has registered.`)
  }
  if (redirectUri.length + (state?.length ?? 0) > longest)
    throw pageErrors.badLink('The request is too long.')
  const way = { redirectUri, ...(state !== undefined && { state }) }
  const wrong = findProblem(query, app, origin)
  if (wrong !== undefined) return { refusedTo: wayBack(way, wrong) }
  const challengeMethod = methods[query.code_challenge_method ?? 'plain']
  const ask = {
    ...way,
    appId: app.id,
    ...(challenge !== undefined && challengeMethod && { challenge, challengeMethod }),
    ...(query.organization_slug !== undefined && { organization: query.organization_slug }),
  }
  return { app, ask }
}
