// Every service one can sign in with: one row each. Where it is, what it is asked for, how its profile is read.

import { createHmac } from 'node:crypto'
import type { AuthProvider } from '@plinth/contracts'
import { at, flagAt, listAt, textAt } from './json-path.ts'
import { oneEmail, type Profile, type ProfileEmail, toProfile } from './profile.ts'

/** Fetches a document as the person who signs in. */
export type AsPerson = (url: string, headers?: Readonly<Record<string, string>>) => Promise<unknown>

export type Credentials = { readonly clientId: string; readonly secret: string }
export type Tokens = Readonly<Record<string, unknown>>

type Reading = {
  readonly base: string
  readonly fetch: AsPerson
  readonly credentials: Credentials
  readonly tokens: Tokens
}

/** `{base}` stands for the address that a project may set. */
type Row = {
  readonly base?: string
  readonly authorize: string
  readonly token: string
  readonly scopes: readonly string[]
  /** Speaks OAuth 1.0a, and hands out request tokens here. */
  readonly requestToken?: string
  /** Further parameters of the address that people are sent to. */
  readonly asks?: Readonly<Record<string, string>>
  /** The client shows itself in the header instead of the body. */
  readonly isBasic?: true
  readonly usesPkce?: true
  /** Its id token tells who signs in. */
  readonly issuer?: string
  readonly read?: (reading: Reading) => Promise<Profile>
}

const fullName = (first: unknown, last: unknown): string => `${textAt(first)} ${textAt(last)}`.trim()

const verifiedBy = (list: readonly unknown[], verified: string, primary: string): readonly ProfileEmail[] =>
  list
    .filter((one) => textAt(one, 'email') !== '')
    .map((one) => ({
      email: textAt(one, 'email'),
      verified: flagAt(one, verified),
      primary: flagAt(one, primary),
    }))

/** LinkedIn keeps a name in several languages and says which one people prefer. */
const localized = (name: unknown): string => {
  const { language, country } = Object(at(name, 'preferredLocale'))
  return textAt(name, 'localized', `${language}_${country}`)
}

const discordPicture = (user: unknown): string => {
  const [id, avatar] = [textAt(user, 'id'), textAt(user, 'avatar')]
  const cdn = 'https://cdn.discordapp.com'
  if (avatar === '') return `${cdn}/embed/avatars/${Number(textAt(user, 'discriminator')) % 5}.png`
  return `${cdn}/avatars/${id}/${avatar}.${avatar.startsWith('a_') ? 'gif' : 'png'}`
}

const largestImage = (images: readonly unknown[]): string => {
  const area = (image: unknown) => Number(at(image, 'height')) * Number(at(image, 'width')) || 0
  return textAt([...images].sort((left, right) => area(right) - area(left))[0], 'url')
}

const slackProfile =
  (vouches: boolean) =>
  async ({ fetch }: Reading): Promise<Profile> => {
    const iss = 'https://slack.com/api'
    const user = await fetch(`${iss}/openid.connect.userInfo`)
    const team = 'https://slack.com/team_id'
    return toProfile({
      iss,
      sub: textAt(user, 'https://slack.com/user_id'),
      name: textAt(user, 'name'),
      picture: textAt(user, 'picture'),
      emails: oneEmail(textAt(user, 'email'), vouches || flagAt(user, 'email_verified')),
      more: { custom_claims: { [team]: textAt(user, team) } },
    })
  }

export const providerRows: Readonly<Record<AuthProvider, Row>> = {
  apple: {
    authorize: 'https://appleid.apple.com/auth/authorize',
    token: 'https://appleid.apple.com/auth/token',
    scopes: ['email', 'name'],
    asks: { response_mode: 'form_post' },
    issuer: 'https://appleid.apple.com',
  },
  azure: {
    base: 'https://login.microsoftonline.com/common',
    authorize: '{base}/oauth2/v2.0/authorize',
    token: '{base}/oauth2/v2.0/token',
    scopes: ['openid'],
    issuer: '{base}/v2.0',
  },
  bitbucket: {
    authorize: 'https://bitbucket.org/site/oauth2/authorize',
    token: 'https://bitbucket.org/site/oauth2/access_token',
    scopes: ['account', 'email'],
    isBasic: true,
    read: async ({ fetch }) => {
      const iss = 'https://api.bitbucket.org/2.0'
      const user = await fetch(`${iss}/user`)
      const emails = listAt(await fetch(`${iss}/user/emails`), 'values')
      return toProfile({
        iss,
        sub: textAt(user, 'uuid'),
        name: textAt(user, 'display_name'),
        picture: textAt(user, 'avatar', 'href'),
        emails: verifiedBy(emails, 'is_confirmed', 'is_primary'),
      })
    },
  },
  discord: {
    authorize: 'https://discord.com/api/oauth2/authorize',
    token: 'https://discord.com/api/oauth2/token',
    scopes: ['email', 'identify'],
    read: async ({ fetch }) => {
      const iss = 'https://discord.com/api'
      const user = await fetch(`${iss}/users/@me`)
      const name = textAt(user, 'username')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: `${name}#${textAt(user, 'discriminator')}`,
        picture: discordPicture(user),
        emails: oneEmail(textAt(user, 'email'), flagAt(user, 'verified')),
        more: { full_name: name, custom_claims: { global_name: textAt(user, 'global_name') } },
      })
    },
  },
  facebook: {
    authorize: 'https://www.facebook.com/dialog/oauth',
    token: 'https://graph.facebook.com/oauth/access_token',
    scopes: ['email'],
    read: async ({ fetch, credentials, tokens }) => {
      const iss = 'https://graph.facebook.com/me?fields=email,first_name,last_name,name,picture'
      const token = textAt(tokens, 'access_token')
      const proof = createHmac('sha256', credentials.secret).update(token).digest('hex')
      const user = await fetch(`${iss}&appsecret_proof=${proof}`)
      const alias = textAt(user, 'name')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: fullName(at(user, 'first_name'), at(user, 'last_name')),
        picture: textAt(user, 'picture', 'data', 'url'),
        emails: oneEmail(textAt(user, 'email'), true),
        more: { nickname: alias, slug: alias },
      })
    },
  },
  figma: {
    authorize: 'https://www.figma.com/oauth',
    token: 'https://api.figma.com/v1/oauth/token',
    scopes: ['current_user:read'],
    isBasic: true,
    read: async ({ fetch }) => {
      const iss = 'https://api.figma.com'
      const user = await fetch(`${iss}/v1/me`)
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'handle'),
        emails: oneEmail(textAt(user, 'email'), true),
        more: { avatar_url: textAt(user, 'img_url') },
      })
    },
  },
  fly: {
    authorize: 'https://api.fly.io/oauth/authorize',
    token: 'https://api.fly.io/oauth/token',
    scopes: ['read'],
    read: async ({ fetch }) => {
      const iss = 'https://api.fly.io'
      const user = await fetch(`${iss}/oauth/token/info`)
      const custom = ['resource_owner_id', 'organizations', 'application', 'scope', 'created_at']
      return toProfile({
        iss,
        sub: textAt(user, 'user_id'),
        emails: oneEmail(textAt(user, 'email'), true),
        more: {
          full_name: textAt(user, 'user_name'),
          custom_claims: Object.fromEntries(custom.map((name) => [name, at(user, name)])),
        },
      })
    },
  },
  github: {
    authorize: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    scopes: ['user:email'],
    read: async ({ fetch }) => {
      const iss = 'https://api.github.com'
      const user = await fetch(`${iss}/user`)
      const emails = await fetch(`${iss}/user/emails`)
      const login = textAt(user, 'login')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'name'),
        emails: verifiedBy(listAt(emails), 'verified', 'primary'),
        more: { preferred_username: login, user_name: login, avatar_url: textAt(user, 'avatar_url') },
      })
    },
  },
  gitlab: {
    base: 'https://gitlab.com',
    authorize: '{base}/oauth/authorize',
    token: '{base}/oauth/token',
    scopes: ['read_user'],
    read: async ({ base, fetch }) => {
      const user = await fetch(`${base}/api/v4/user`)
      const others = listAt(await fetch(`${base}/api/v4/user/emails`))
      return toProfile({
        iss: base,
        sub: textAt(user, 'id'),
        name: textAt(user, 'name'),
        picture: textAt(user, 'avatar_url'),
        emails: [
          ...verifiedBy(others, 'never', 'never'),
          ...oneEmail(textAt(user, 'email'), textAt(user, 'confirmed_at') !== ''),
        ],
      })
    },
  },
  google: {
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    scopes: ['email', 'profile'],
    issuer: 'https://accounts.google.com',
    // Where Google sends no id token.
    read: async ({ fetch }) => {
      const iss = 'https://www.googleapis.com/userinfo/v2/me'
      const user = await fetch(iss)
      const verified = flagAt(user, 'verified_email') || flagAt(user, 'email_verified')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'name'),
        picture: textAt(user, 'picture'),
        emails: oneEmail(textAt(user, 'email'), verified),
      })
    },
  },
  kakao: {
    authorize: 'https://kauth.kakao.com/oauth/authorize',
    token: 'https://kauth.kakao.com/oauth/token',
    scopes: ['account_email', 'profile_image', 'profile_nickname'],
    read: async ({ fetch }) => {
      const iss = 'https://kapi.kakao.com'
      const user = await fetch(`${iss}/v2/user/me`)
      const account = at(user, 'kakao_account')
      const name = textAt(account, 'profile', 'nickname')
      const verified = flagAt(account, 'is_email_verified') && flagAt(account, 'is_email_valid')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name,
        emails: oneEmail(textAt(account, 'email'), verified),
        more: {
          preferred_username: name,
          user_name: name,
          avatar_url: textAt(account, 'profile', 'profile_image_url'),
        },
      })
    },
  },
  keycloak: {
    authorize: '{base}/protocol/openid-connect/auth',
    token: '{base}/protocol/openid-connect/token',
    scopes: ['openid', 'profile', 'email'],
    read: async ({ base, fetch }) => {
      const user = await fetch(`${base}/protocol/openid-connect/userinfo`)
      const { name: _, sub: __, email: ___, email_verified: ____, ...custom } = Object(user)
      return toProfile({
        iss: base,
        sub: textAt(user, 'sub'),
        name: textAt(user, 'name'),
        emails: oneEmail(textAt(user, 'email'), flagAt(user, 'email_verified')),
        more: { custom_claims: custom },
      })
    },
  },
  linkedin: {
    authorize: 'https://api.linkedin.com/oauth/v2/authorization',
    token: 'https://api.linkedin.com/oauth/v2/accessToken',
    scopes: ['r_emailaddress', 'r_liteprofile'],
    read: async ({ fetch }) => {
      const iss = 'https://api.linkedin.com'
      const pictures = 'profilePicture(displayImage~:playableStreams)'
      const user = await fetch(`${iss}/v2/me?projection=(id,firstName,lastName,${pictures})`)
      const contact = await fetch(`${iss}/v2/emailAddress?q=members&projection=(elements*(handle~))`)
      const elements = ['profilePicture', 'displayImage~', 'elements', 0, 'identifiers', 0] as const
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: fullName(localized(at(user, 'firstName')), localized(at(user, 'lastName'))),
        picture: textAt(user, ...elements, 'identifier'),
        emails: oneEmail(textAt(contact, 'elements', 0, 'handle~', 'emailAddress'), true),
      })
    },
  },
  linkedin_oidc: {
    authorize: 'https://www.linkedin.com/oauth/v2/authorization',
    token: 'https://www.linkedin.com/oauth/v2/accessToken',
    scopes: ['openid', 'email', 'profile'],
    issuer: 'https://www.linkedin.com/oauth',
  },
  notion: {
    authorize: 'https://api.notion.com/v1/oauth/authorize',
    token: 'https://api.notion.com/v1/oauth/token',
    scopes: [],
    asks: { owner: 'user' },
    isBasic: true,
    read: async ({ fetch }) => {
      const iss = 'https://api.notion.com'
      const told = await fetch(`${iss}/v1/users/me`, { 'notion-version': '2021-08-16' })
      const user = at(told, 'bot', 'owner', 'user')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'name'),
        picture: textAt(user, 'avatar_url'),
        emails: oneEmail(textAt(user, 'person', 'email'), true),
      })
    },
  },
  slack: {
    authorize: 'https://slack.com/oauth/authorize',
    token: 'https://slack.com/api/oauth.access',
    scopes: ['profile', 'email', 'openid'],
    read: slackProfile(true),
  },
  slack_oidc: {
    authorize: 'https://slack.com/openid/connect/authorize',
    token: 'https://slack.com/api/openid.connect.token',
    scopes: ['profile', 'email', 'openid'],
    read: slackProfile(false),
  },
  snapchat: {
    authorize: 'https://accounts.snapchat.com/accounts/oauth2/auth',
    token: 'https://accounts.snapchat.com/accounts/oauth2/token',
    scopes: ['external_id', 'display_name', 'bitmoji.avatar'].map(
      (name) => `https://auth.snapchat.com/oauth2/api/user.${name}`,
    ),
    read: async ({ fetch }) => {
      const query = '{me { externalId displayName bitmoji { avatar id } email } }'
      const answer = await fetch(`https://kit.snapchat.com/v1/me?${new URLSearchParams({ query })}`)
      const user = at(answer, 'data', 'me')
      const name = textAt(user, 'displayName')
      return toProfile({
        iss: 'https://accounts.snapchat.com/accounts/oauth2/token',
        sub: textAt(user, 'externalId'),
        name,
        picture: textAt(user, 'bitmoji', 'avatar'),
        emails: oneEmail(textAt(user, 'email'), true),
        more: { slug: name },
      })
    },
  },
  spotify: {
    authorize: 'https://accounts.spotify.com/authorize',
    token: 'https://accounts.spotify.com/api/token',
    scopes: ['user-read-email'],
    isBasic: true,
    read: async ({ fetch }) => {
      const iss = 'https://api.spotify.com/v1'
      const user = await fetch(`${iss}/me`)
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'display_name'),
        picture: largestImage(listAt(user, 'images')),
        // It lets people write what they like there.
        emails: oneEmail(textAt(user, 'email'), false),
      })
    },
  },
  twitch: {
    authorize: 'https://id.twitch.tv/oauth2/authorize',
    token: 'https://id.twitch.tv/oauth2/token',
    scopes: ['user:read:email'],
    read: async ({ fetch, credentials }) => {
      const iss = 'https://api.twitch.tv'
      const answer = await fetch(`${iss}/helix/users`, { 'client-id': credentials.clientId })
      const user = at(answer, 'data', 0)
      const custom = ['broadcaster_type', 'description', 'type', 'offline_image_url', 'view_count']
      const shown = textAt(user, 'display_name')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'login'),
        picture: textAt(user, 'profile_image_url'),
        emails: oneEmail(textAt(user, 'email'), true),
        more: {
          nickname: shown,
          slug: shown,
          custom_claims: Object.fromEntries(custom.map((name) => [name, at(user, name)])),
        },
      })
    },
  },
  twitter: {
    authorize: 'https://api.twitter.com/oauth/authenticate',
    token: 'https://api.twitter.com/oauth/access_token',
    requestToken: 'https://api.twitter.com/oauth/request_token',
    scopes: [],
    read: async ({ fetch }) => {
      const iss = 'https://api.twitter.com/1.1/account/verify_credentials.json'
      const user = await fetch(`${iss}?include_email=true&include_entities=false&skip_status=true`)
      const login = textAt(user, 'screen_name')
      return toProfile({
        iss,
        sub: textAt(user, 'id_str'),
        name: textAt(user, 'name'),
        picture: textAt(user, 'profile_image_url_https'),
        emails: oneEmail(textAt(user, 'email'), true),
        more: { preferred_username: login, user_name: login },
      })
    },
  },
  vercel_marketplace: {
    authorize: 'https://api.vercel.com/oauth/v2/authorization',
    token: 'https://api.vercel.com/oauth/v2/accessToken',
    scopes: [],
    issuer: 'https://marketplace.vercel.com',
  },
  workos: {
    base: 'https://api.workos.com',
    authorize: '{base}/sso/authorize',
    token: '{base}/sso/token',
    scopes: [],
    read: async ({ base, tokens }) => {
      const user = at(tokens, 'profile')
      const custom = ['connection_id', 'organization_id']
      return toProfile({
        iss: base,
        sub: textAt(user, 'id'),
        name: fullName(at(user, 'first_name'), at(user, 'last_name')),
        emails: oneEmail(textAt(user, 'email'), true),
        more: { custom_claims: Object.fromEntries(custom.map((name) => [name, textAt(user, name)])) },
      })
    },
  },
  x: {
    authorize: 'https://x.com/i/oauth2/authorize',
    token: 'https://api.x.com/2/oauth2/token',
    scopes: ['users.email', 'tweet.read', 'users.read', 'offline.access'],
    isBasic: true,
    usesPkce: true,
    read: async ({ fetch }) => {
      const iss = 'https://api.x.com'
      const fields = 'id,name,username,confirmed_email,profile_image_url,url,created_at'
      const user = at(await fetch(`${iss}/2/users/me?user.fields=${fields}`), 'data')
      const login = textAt(user, 'username')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: textAt(user, 'name'),
        picture: textAt(user, 'profile_image_url'),
        emails: oneEmail(textAt(user, 'confirmed_email'), true),
        more: {
          preferred_username: login,
          user_name: login,
          profile: `https://x.com/${login}`,
          website: textAt(user, 'url'),
          custom_claims: { created_at: textAt(user, 'created_at') },
        },
      })
    },
  },
  zoom: {
    authorize: 'https://zoom.us/oauth/authorize',
    token: 'https://zoom.us/oauth/token',
    scopes: [],
    isBasic: true,
    read: async ({ fetch }) => {
      const iss = 'https://api.zoom.us/v2'
      const user = await fetch(`${iss}/users/me`)
      // Accounts with a password of their own (100) say whether the address was confirmed.
      const verified = textAt(user, 'login_type') !== '100' || flagAt(user, 'verified')
      return toProfile({
        iss,
        sub: textAt(user, 'id'),
        name: fullName(at(user, 'first_name'), at(user, 'last_name')),
        picture: textAt(user, 'pic_url'),
        emails: oneEmail(textAt(user, 'email'), verified),
      })
    },
  },
}
