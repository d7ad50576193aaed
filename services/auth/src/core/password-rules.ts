// What a password must be. A weak one is refused at sign-up and reported at sign-in.

import type { AuthConfig } from '@plinth/contracts'
import { maxPasswordBytes } from '@plinth/crypto'
import { errors } from '../errors.ts'

export type Weakness = { readonly message: string; readonly reasons: readonly string[] }

type Rules = Pick<AuthConfig, 'password_min_length' | 'password_required_characters'>

/** Character classes are separated by `:`; `\:` is a colon. */
const classesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.split(/(?<!\\):/).map((part) => part.replaceAll('\\:', ':'))

const containsAny = (password: string, letters: string): boolean =>
  letters === '' || [...letters].some((letter) => password.includes(letter))

/** Throws for a password that cannot be one; `undefined` for a good one. */
export const findWeakness = (password: string, rules: Rules): Weakness | undefined => {
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    throw errors.invalid(`Password cannot be longer than ${maxPasswordBytes} characters`)
  }
  const found: { reason: string; message: string }[] = []
  const { password_min_length: least, password_required_characters: required } = rules
  if (Buffer.byteLength(password) < least) {
    found.push({ reason: 'length', message: `Password should be at least ${least} characters.` })
  }
  const classes = classesOf(required)
  if (!classes.every((letters) => containsAny(password, letters))) {
    const message = `Password should contain at least one character of each: ${classes.join(', ')}.`
    found.push({ reason: 'characters', message })
  }
  if (found.length === 0) return undefined
  return { message: found.map((one) => one.message).join(' '), reasons: found.map((one) => one.reason) }
}

export const checkPassword = (password: string, rules: Rules): void => {
  const weakness = findWeakness(password, rules)
  if (weakness !== undefined) throw errors.weakPassword(weakness.message, weakness.reasons)
}
