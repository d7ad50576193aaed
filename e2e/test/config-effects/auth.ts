// Settings of the auth service, seen by those who sign up and in.

import { type Caller, type Effect, newAddress, password } from './effect.ts'

const path = '/config/auth'

/** `member` has an account with the common password. */
export const authEffects = (call: Caller, member: string): readonly Effect[] => {
  const signUp = async (secret = password) => {
    const { body } = await call('/auth/v1/signup', { email: newAddress(), password: secret })
    return body.error_code ?? (body.access_token ? 'session' : 'letter')
  }
  const signIn = async () =>
    (await call('/auth/v1/token?grant_type=password', { email: member, password })).body
  const redirect = async () => {
    const there = encodeURIComponent('https://app.example/back')
    const { headers } = await call(`/auth/v1/verify?type=signup&token=none&redirect_to=${there}`)
    return new URL(headers.get('location') ?? 'about:blank').origin
  }
  const enrol = async () => {
    // A person may have only so many factors.
    const session = await call('/auth/v1/signup', { email: newAddress(), password })
    const authorization = `Bearer ${session.body.access_token}`
    const { body } = await call('/auth/v1/factors', { factor_type: 'totp' }, { authorization })
    return body.error_code ?? body.type
  }
  const toGithub = async () => {
    const { status, headers } = await call('/auth/v1/authorize?provider=github')
    return status === 302 ? new URL(headers.get('location') ?? '').searchParams.get('client_id') : status
  }
  const flag = (name: string, value: boolean) => ({ change: { [name]: value }, back: { [name]: null } })

  return [
    {
      name: 'disable_signup',
      path,
      ...flag('disable_signup', true),
      seen: () => signUp(),
      before: 'session',
      after: 'signup_disabled',
    },
    {
      name: 'external_email_enabled',
      path,
      ...flag('external_email_enabled', false),
      seen: () => signUp(),
      before: 'session',
      after: 'email_provider_disabled',
    },
    {
      name: 'mailer_autoconfirm',
      path,
      ...flag('mailer_autoconfirm', false),
      seen: () => signUp(),
      before: 'session',
      after: 'letter',
    },
    {
      name: 'password_min_length',
      path,
      change: { password_min_length: 20 },
      back: { password_min_length: null },
      seen: () => signUp(),
      before: 'session',
      after: 'weak_password',
    },
    {
      name: 'password_required_characters',
      path,
      change: { password_required_characters: 'abcdefghijklmnopqrstuvwxyz:0123456789' },
      back: { password_required_characters: null },
      seen: () => signUp(),
      before: 'session',
      after: 'weak_password',
    },
    {
      name: 'external_anonymous_users_enabled',
      path,
      ...flag('external_anonymous_users_enabled', true),
      seen: async () => {
        const { body } = await call('/auth/v1/signup', {})
        return body.error_code ?? body.user.is_anonymous
      },
      before: 'anonymous_provider_disabled',
      after: true,
    },
    {
      name: 'jwt_exp',
      path,
      change: { jwt_exp: 1234 },
      back: { jwt_exp: null },
      seen: async () => (await signIn()).expires_in,
      before: 3600,
      after: 1234,
    },
    {
      name: 'site_url',
      path,
      change: { site_url: 'https://site.example' },
      back: { site_url: null },
      seen: redirect,
      before: 'http://localhost:3000',
      after: 'https://site.example',
    },
    {
      name: 'uri_allow_list',
      path,
      change: { uri_allow_list: 'https://app.example/**' },
      back: { uri_allow_list: null },
      seen: redirect,
      before: 'http://localhost:3000',
      after: 'https://app.example',
    },
    {
      name: 'mfa_totp_enroll_enabled',
      path,
      ...flag('mfa_totp_enroll_enabled', false),
      seen: enrol,
      before: 'totp',
      after: 'mfa_totp_enroll_not_enabled',
    },
    {
      name: 'external_github_enabled',
      path,
      change: { external_github_enabled: true, external_github_client_id: 'us', external_github_secret: 'x' },
      back: { external_github_enabled: null },
      seen: toGithub,
      before: 400,
      after: 'us',
    },
  ]
}
