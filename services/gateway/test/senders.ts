// Who may come to the gateway, and what becomes of each: refused, or seen behind it as this caller.

import { chrome, keys, tokens } from './a-branch.ts'

const noKey = {
  message: 'No API key found in request',
  hint: 'No `apikey` request header or url param was found.',
}
const badKey = {
  message: 'Invalid API key',
  hint: 'Double check your Supabase `anon` or `service_role` API key.',
}
const inBrowser = {
  message: 'Forbidden use of secret API key in browser',
  hint: 'A secret key must never reach a browser. Delete this one and use a publishable key there.',
}
const disabled = {
  message: 'Legacy API keys are disabled',
  hint: 'Enable the `anon` and `service_role` keys again, or use a publishable or secret key.',
}

type Sees = {
  readonly role: string
  readonly kind?: string
  readonly token?: string
  readonly problem?: string
  readonly claims?: object
  readonly query?: object
}

export type Sender = {
  readonly name: string
  readonly headers?: Record<string, string>
  readonly query?: string
  readonly legacyOff?: boolean
  /** What the gateway answers, or what the service behind sees. */
  readonly refused?: object
  readonly sees?: Sees
}

export const bearer = (token: string) => `Bearer ${token}`
const withKey = (name: string, apikey: string, sees: Sees): Sender => ({ name, headers: { apikey }, sees })
const withBearer = (name: string, authorization: string, sees: Sees): Sender => ({
  name,
  headers: { apikey: keys.publishable, authorization },
  sees,
})
const anonByToken = { role: 'anon', kind: 'publishable' }
const rejected = (problem: string) => ({ ...anonByToken, problem, claims: { role: 'anon' } })

export const senders: readonly Sender[] = [
  { name: 'no key', refused: noKey },
  { name: 'an empty key', headers: { apikey: '' }, refused: noKey },
  { name: 'a token without a key', headers: { authorization: bearer(tokens.user) }, refused: noKey },
  { name: 'a key of another project', headers: { apikey: keys.foreign }, refused: badKey },
  { name: 'a user token as key', headers: { apikey: tokens.user }, refused: badKey },
  { name: 'a forged service token as key', headers: { apikey: tokens.forged }, refused: badKey },
  { name: 'no key at all', headers: { apikey: 'undefined' }, refused: badKey },
  {
    name: 'a secret key in a browser',
    headers: { apikey: keys.secret, 'user-agent': chrome },
    refused: inBrowser,
  },
  { name: 'a legacy key, switched off', headers: { apikey: keys.anon }, legacyOff: true, refused: disabled },
  {
    name: 'a legacy service key, switched off',
    headers: { apikey: keys.service },
    legacyOff: true,
    refused: disabled,
  },
  {
    name: 'a new key beside switched-off legacy keys',
    headers: { apikey: keys.publishable },
    legacyOff: true,
    sees: { role: 'anon', kind: 'publishable' },
  },
  {
    name: 'a switched-off legacy service key as token',
    headers: { apikey: keys.publishable, authorization: bearer(keys.service) },
    legacyOff: true,
    sees: { role: 'anon', problem: 'unknown_key' },
  },
  withKey('the legacy anon key', keys.anon, { role: 'anon', kind: 'legacy', token: keys.anon }),
  withKey('the legacy service key', keys.service, {
    role: 'service_role',
    kind: 'legacy',
    token: keys.service,
  }),
  withKey('a publishable key', keys.publishable, { role: 'anon', kind: 'publishable' }),
  withKey('a secret key', keys.secret, { role: 'service_role', kind: 'secret' }),
  withKey('a secret key with a role of its own', keys.reporter, { role: 'reporter', kind: 'secret' }),
  {
    name: 'a publishable key in a browser',
    headers: { apikey: keys.publishable, 'user-agent': chrome },
    sees: { role: 'anon' },
  },
  {
    name: 'a key in the address',
    query: `apikey=${keys.secret}&a=eq.1`,
    sees: { role: 'service_role', query: { a: 'eq.1' } },
  },
  {
    name: 'a secret key in the address, in a browser',
    query: `apikey=${keys.secret}`,
    headers: { 'user-agent': chrome },
    refused: inBrowser,
  },
  { name: 'a wrong key in the address', query: 'apikey=nonsense', refused: badKey },
  {
    name: 'two keys: the header counts',
    query: `a=1&apikey=nonsense&b=2`,
    headers: { apikey: keys.anon },
    sees: { role: 'anon', kind: 'legacy', query: { a: '1', b: '2' } },
  },
  withBearer('a user token', bearer(tokens.user), {
    role: 'authenticated',
    token: tokens.user,
    kind: 'publishable',
  }),
  withBearer('a user token signed by the project key', bearer(tokens.userEs256), {
    role: 'authenticated',
    token: tokens.userEs256,
  }),
  withBearer('bearer in small letters', `bearer ${tokens.user}`, {
    role: 'authenticated',
    token: tokens.user,
  }),
  withBearer('a token without a role', bearer(tokens.roleless), { role: 'anon', token: tokens.roleless }),
  withBearer('the legacy service key as token', bearer(keys.service), {
    role: 'service_role',
    token: keys.service,
    kind: 'publishable',
  }),
  withBearer('its own key repeated', bearer(keys.publishable), anonByToken),
  withBearer('another new key as token: ignored', bearer(keys.secret), anonByToken),
  withBearer('an expired token', bearer(tokens.expired), rejected('expired')),
  withBearer('a token of tomorrow', bearer(tokens.early), rejected('not_yet_valid')),
  withBearer('alg none', bearer(tokens.algNone), rejected('algorithm')),
  withBearer('an unknown kid', bearer(tokens.unknownKid), rejected('unknown_key')),
  withBearer('a forged token', bearer(tokens.forged), rejected('signature')),
  withBearer('no token at all', bearer('nonsense'), rejected('malformed')),
  withBearer('another scheme', 'Basic dXNlcjpwYXNz', rejected('not_bearer')),
  withBearer('an empty Authorization', '', anonByToken),
  {
    name: 'a secret key beside an expired token gives no rights',
    headers: { apikey: keys.secret, authorization: bearer(tokens.expired) },
    sees: { role: 'anon', kind: 'secret', problem: 'expired' },
  },
]
