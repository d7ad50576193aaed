// What happens when somebody types in a code, or an app hands over the digest from a link: a session.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { parseEmail } from './email-address.ts'
import { findCodeOwner, findLinkOwner, isProvenByProvider, isVerifyType } from './find-code-owner.ts'
import { noticesOfChange } from './notice.ts'
import { type Opened, openSession } from './open-session.ts'
import { parsePhone } from './phone-number.ts'
import type { Post } from './post.ts'
import { verifyCode } from './verify-code.ts'

export type CodeEntry = {
  readonly type: string
  readonly token: string
  readonly token_hash: string
  readonly email: string
  readonly phone: string
  readonly redirect_to: string
  readonly aud: string
}

const readEmail = (email: string): string => {
  try {
    return parseEmail(email)
  } catch {
    throw errors.invalidValue('Invalid email format')
  }
}

/** The address that the code was sent to; `undefined` when a digest was handed over instead. */
const addressOf = (entry: CodeEntry): string | undefined => {
  const { token, token_hash: hash, email, phone } = entry
  if (entry.type === '') throw errors.invalid('Verify requires a verification type')
  if ((token === '') === (hash === '')) throw errors.invalid('Verify requires either a token or a token hash')
  if (hash !== '') {
    if (email === '' && phone === '' && entry.redirect_to === '') return undefined
    throw errors.invalid('Only the token_hash and type should be provided')
  }
  if (phone !== '' && email === '') return parsePhone(phone)
  if (email !== '' && phone === '') return readEmail(email)
  throw errors.invalid('Only an email address or phone number should be provided on verify')
}

/** `undefined`: the other address has to confirm too. */
export const enterCode = async (
  parts: Parts & { readonly post: Post },
  entry: CodeEntry,
  origin: Origin,
): Promise<Opened | undefined> => {
  const address = addressOf(entry)
  const { type, token: code, token_hash: hash, aud } = entry
  const isProven =
    address !== undefined &&
    isVerifyType(type) &&
    (await isProvenByProvider(parts, { type, address, code, aud }))
  const entered = await parts.pool.transaction(async (db) => {
    if (!isVerifyType(type)) throw errors.invalid('Invalid email verification type')
    const owner =
      address === undefined
        ? await findLinkOwner(parts, db, type, hash)
        : await findCodeOwner(parts, db, { type, address, code, aud, isProven })
    const user = await verifyCode(parts, db, { owner, type, origin })
    if (user === undefined) return undefined
    const letters = noticesOfChange(parts, owner.user, user)
    return { letters, opened: await openSession(parts, db, { user, method: 'otp', origin }) }
  })
  await parts.post(entered?.letters ?? [], origin)
  return entered?.opened
}
