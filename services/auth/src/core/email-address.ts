// Which mail addresses are accepted; stored and compared in lower case.

import { errors } from '../errors.ts'

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const shape = new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${label}(?:\\.${label})*$`)

export const parseEmail = (email: string): string => {
  if (email === '') throw errors.invalid('An email address is required')
  if (Buffer.byteLength(email) > 255) throw errors.invalid('An email address is too long')
  if (!shape.test(email)) throw errors.invalid('Unable to validate email address: invalid format')
  return email.toLowerCase()
}
