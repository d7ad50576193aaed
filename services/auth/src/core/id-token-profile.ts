// Profiles out of id tokens. Services differ in whose addresses they vouch for, and in what else they tell.

import { at, flagAt, textAt } from './json-path.ts'
import type { IdClaims } from './oidc.ts'
import { oneEmail, type Profile, toProfile } from './profile.ts'

const azureIssuer = /^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)\//
const appleIssuers = new Set(['https://appleid.apple.com', 'https://account.apple.com'])

export const isAppleIssuer = (issuer: string): boolean => appleIssuers.has(issuer)
export const isAzureIssuer = (issuer: string): boolean => azureIssuer.test(issuer)

const without = (claims: IdClaims, names: readonly string[]): IdClaims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))

const ofTheToken = ['aud', 'iss', 'iat', 'nbf', 'exp', 'c_hash', 'at_hash', 'nonce', 'jti', 'sub', 'azp']
const ofAzure = [...ofTheToken, 'aio', 'rh', 'uti', 'ver', 'name', 'preferred_username']

type Reader = (claims: IdClaims) => Profile

const basics = (claims: IdClaims) => ({
  iss: textAt(claims, 'iss'),
  sub: textAt(claims, 'sub'),
  name: textAt(claims, 'name'),
  picture: textAt(claims, 'picture'),
})

const google: Reader = (claims) => {
  const hosted = textAt(claims, 'hd')
  const verified = flagAt(claims, 'email_verified') || flagAt(claims, 'verified_email')
  return toProfile({
    ...basics(claims),
    emails: oneEmail(textAt(claims, 'email'), verified),
    more: hosted === '' ? {} : { custom_claims: { hd: hosted } },
  })
}

const apple: Reader = (claims) => {
  const told = ['is_private_email', 'auth_time', 'transfer_sub'].filter((name) => name in claims)
  const custom = Object.fromEntries(told.map((name) => [name, claims[name]]))
  return toProfile({
    iss: textAt(claims, 'iss'),
    sub: textAt(claims, 'sub'),
    emails: oneEmail(textAt(claims, 'email'), true),
    more: told.length === 0 ? {} : { custom_claims: custom },
  })
}

/** Without the optional claim about the owner of the domain, a given address counts as verified, as upstream has it. */
const azure: Reader = (claims) => {
  const email = textAt(claims, 'email')
  const isOwned = at(claims, 'xms_edov') === undefined || flagAt(claims, 'xms_edov')
  return toProfile({
    iss: textAt(claims, 'iss'),
    sub: textAt(claims, 'sub'),
    emails: oneEmail(email, isOwned),
    more: {
      full_name: textAt(claims, 'name'),
      preferred_username: textAt(claims, 'preferred_username'),
      custom_claims: without(claims, ofAzure),
    },
  })
}

const vouching: Reader = (claims) =>
  toProfile({ ...basics(claims), emails: oneEmail(textAt(claims, 'email'), true) })

const kakao: Reader = (claims) => {
  const nickname = textAt(claims, 'nickname')
  const told = { ...basics(claims), name: nickname, emails: oneEmail(textAt(claims, 'email'), true) }
  return toProfile({ ...told, more: { preferred_username: nickname } })
}

const linkedin: Reader = (claims) => {
  const parts = [textAt(claims, 'given_name'), textAt(claims, 'family_name')]
  return toProfile({
    ...basics(claims),
    name: parts.join(' ').trim(),
    emails: oneEmail(textAt(claims, 'email'), flagAt(claims, 'email_verified')),
    more: { given_name: parts[0], family_name: parts[1], locale: textAt(claims, 'locale') },
  })
}

const vercel: Reader = (claims) => {
  const person = textAt(claims, 'global_user_id')
  return toProfile({
    iss: textAt(claims, 'iss'),
    sub: person === '' ? textAt(claims, 'sub') : `global_user_id:${person}`,
    name: textAt(claims, 'user_name'),
    picture: textAt(claims, 'user_avatar_url'),
    emails: oneEmail(textAt(claims, 'user_email'), true),
  })
}

const standard = [
  'family_name',
  'given_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
]

/** Also what a userinfo endpoint answers. */
export const standardProfile: Reader = (claims) =>
  toProfile({
    ...basics(claims),
    emails: oneEmail(textAt(claims, 'email'), flagAt(claims, 'email_verified')),
    more: Object.fromEntries(standard.map((name) => [name, textAt(claims, name)])),
  })

/** Snapchat vouches for every address it tells. */
const snapchat: Reader = (claims) => standardProfile({ ...claims, email_verified: true })

const readers: Readonly<Record<string, Reader>> = {
  'https://accounts.google.com': google,
  'https://www.facebook.com': vouching,
  'https://kauth.kakao.com': kakao,
  'https://www.linkedin.com/oauth': linkedin,
  'https://marketplace.vercel.com': vercel,
  'https://accounts.snapchat.com/accounts/oauth2/token': snapchat,
}

export const profileOfIdToken: Reader = (claims) => {
  const issuer = textAt(claims, 'iss')
  if (isAppleIssuer(issuer)) return apple(claims)
  if (isAzureIssuer(issuer)) return azure(claims)
  return (Object.hasOwn(readers, issuer) ? readers[issuer] : undefined)?.(claims) ?? standardProfile(claims)
}
