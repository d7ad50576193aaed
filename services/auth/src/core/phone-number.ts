// Phone numbers are kept in E.164 without the plus sign.

import { errors } from '../errors.ts'

const e164 = /^[1-9][0-9]{1,14}$/

export const bareNumber = (phone: string): string => phone.replace(/^\+/, '').replaceAll(' ', '')

export const parsePhone = (phone: string): string => {
  const bare = bareNumber(phone)
  if (!e164.test(bare)) throw errors.invalid('Invalid phone number format (E.164 required)')
  return bare
}
