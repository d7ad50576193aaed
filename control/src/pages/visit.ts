// One request of a browser: who has signed in, and the token that its forms must carry.

import { createHmac, randomBytes } from 'node:crypto'
import { isEqual } from '@plinth/crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findPerson, type Person, sessionHours } from '../accounts/sessions.ts'
import type { Platform } from '../frame/call.ts'
import { errors } from './errors.ts'
import { type Html, html } from './html.ts'

export type Visit = {
  readonly platform: Platform
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly person: Person | undefined
  /** Hidden field of every form. */
  readonly csrf: string
  /** `http://localhost:8000`: what the browser calls us. */
  readonly origin: string
}

export const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`

const readCookies = (header: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (header ?? '').split(';').flatMap((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const]
    }),
  )

/** Over TLS the browser itself keeps neighbours on other host names from setting our cookies. */
const cookieName = (request: FastifyRequest, name: string): string =>
  request.protocol === 'https' ? `__Host-plinth_${name}` : `plinth_${name}`

const setCookie = (
  visit: Pick<Visit, 'request' | 'reply'>,
  name: string,
  value: string,
  seconds?: number,
) => {
  const { request, reply } = visit
  const parts = [
    `${cookieName(request, name)}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(request.protocol === 'https' ? ['Secure'] : []),
    ...(seconds === undefined ? [] : [`Max-Age=${seconds}`]),
  ]
  void reply.header('set-cookie', parts.join('; '))
}

const csrfOf = (key: Buffer, visitor: string): string =>
  createHmac('sha256', key).update(`form ${visitor}`).digest('base64url')

/** Gives a browser that is new here its visitor cookie; forms are bound to it. */
export const openVisit = async (
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visit> => {
  const cookies = readCookies(request.headers.cookie)
  const secret = cookies.get(cookieName(request, 'session'))
  const person = secret === undefined ? undefined : await findPerson(platform.db, secret)
  const known = cookies.get(cookieName(request, 'visitor'))
  const visitor = known ?? randomBytes(16).toString('base64url')
  if (known === undefined) setCookie({ request, reply }, 'visitor', visitor)
  return { platform, request, reply, person, csrf: csrfOf(platform.key, visitor), origin: originOf(request) }
}

/** Signs the browser in; its forms of before no longer count. */
export const keepSession = (visit: Visit, secret: string): void => {
  setCookie(visit, 'session', secret, sessionHours * 3600)
  setCookie(visit, 'visitor', randomBytes(16).toString('base64url'))
}

export const dropSession = (visit: Visit): void => setCookie(visit, 'session', '', 0)

export const sessionSecret = ({ request }: Visit): string | undefined =>
  readCookies(request.headers.cookie).get(cookieName(request, 'session'))

export type Form = Readonly<Record<string, string | readonly string[] | undefined>>

/** The only value of a field; `undefined` when there is none or several. */
export const field = (form: Form, name: string): string | undefined => {
  const value = form[name]
  return typeof value === 'string' ? value : undefined
}

export const fields = (form: Form, name: string): readonly string[] => [form[name] ?? []].flat() as string[]

/** Refuses a form that another site sent: by its origin, and by the token only our own pages know. */
export const readForm = (visit: Visit): Form => {
  const form = (visit.request.body ?? {}) as Form // made by the form parser, below
  const { origin } = visit.request.headers
  const isForeign = origin !== undefined && origin !== visit.origin
  if (isForeign || !isEqual(field(form, 'csrf') ?? '', visit.csrf)) throw errors.formNotOurs()
  return form
}

export const csrfField = (visit: Visit): Html => html`<input type="hidden" name="csrf" value="${visit.csrf}">`
