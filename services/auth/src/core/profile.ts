// Who somebody is at another service: what all of them say in their own ways, in one.

export type ProfileEmail = { readonly email: string; readonly verified: boolean; readonly primary: boolean }

export type Profile = {
  readonly subject: string
  readonly emails: readonly ProfileEmail[]
  /** Claims as they are kept with the identity and the user, without the address. */
  readonly claims: Readonly<Record<string, unknown>>
}

type Told = {
  readonly iss: string
  readonly sub: string
  readonly name?: string
  readonly picture?: string
  readonly emails: readonly ProfileEmail[]
  /** Claims that this service has beyond the usual ones. */
  readonly more?: Readonly<Record<string, unknown>>
}

const isTold = (value: unknown): boolean => value !== '' && value !== undefined && value !== null

export const oneEmail = (email: string, verified: boolean): readonly ProfileEmail[] =>
  email === '' ? [] : [{ email, verified, primary: true }]

/** Names and pictures stand under both the names that clients of upstream look for. */
export const toProfile = ({ iss, sub, name = '', picture = '', emails, more = {} }: Told): Profile => {
  const claims = {
    iss,
    sub,
    name,
    full_name: name,
    picture,
    avatar_url: picture,
    provider_id: sub,
    ...more,
  }
  return {
    subject: sub,
    emails,
    claims: Object.fromEntries(Object.entries(claims).filter(([, value]) => isTold(value))),
  }
}

/** The address that an account is made for: the primary one, else the last. */
export const candidateOf = ({ emails }: Profile): ProfileEmail | undefined =>
  emails.find(({ primary }) => primary) ?? emails.at(-1)

/** What is kept with the identity. */
export const identityDataOf = (profile: Profile): Readonly<Record<string, unknown>> => {
  const email = candidateOf(profile)
  return {
    ...profile.claims,
    ...(email === undefined ? {} : { email: email.email.toLowerCase() }),
    email_verified: email?.verified ?? false,
    phone_verified: false,
  }
}
