// The compact form of a JSON web token (RFC 7519): taking it apart, putting it together, refusing it.

/** Claims of a verified token. The object is shared between requests: never change it. */
export type Claims = Readonly<Record<string, unknown>>

export type TokenProblem =
  | 'malformed'
  | 'algorithm'
  | 'unknown_key'
  | 'signature'
  | 'expired'
  | 'not_yet_valid'
  | 'issued_in_future'

/** Why a token was refused. */
export class TokenError extends Error {
  readonly reason: TokenProblem

  constructor(reason: TokenProblem, message: string) {
    super(message)
    this.name = 'TokenError'
    this.reason = reason
  }
}

export type OpenToken = {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Claims
  /** What was signed: header and claims as sent. */
  readonly signed: string
  readonly signature: Buffer
}

const compact = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/

const readObject = (part: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('not an object')
  // Checked above: a JSON object.
  return value as Record<string, unknown>
}

/** Takes a token apart without believing it. */
export const openToken = (token: string): OpenToken => {
  const [, header, claims, signature] = compact.exec(token) ?? []
  if (header === undefined || claims === undefined || signature === undefined) {
    throw new TokenError('malformed', 'the token is not three base64url parts')
  }
  try {
    return {
      header: readObject(header),
      claims: readObject(claims),
      signed: `${header}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    }
  } catch {
    throw new TokenError('malformed', 'the token does not hold JSON objects')
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Header and claims, ready to be signed. */
export const unsignedToken = (header: object, claims: object): string => `${encode(header)}.${encode(claims)}`
