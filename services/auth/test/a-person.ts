// People for tests that need many of them and do not ask how they came.

import type { TestAuth } from './test-auth.ts'

export const password = 'correct horse'
/** Its hash at the lowest cost: checked in a millisecond, where one of ours takes sixty-five. */
const passwordHash = '$2a$04$QVVQnZylUQwxu0vaY8ZQwejZmgMaKTLFqnNOBEOA0KRA2Jg2u4ICW'

/** One with a new session, as somebody brought along from elsewhere has it who signs in with a password. */
export const signIn = async (auth: TestAuth, email: string) => {
  const { status, body } = await auth.ask('POST', '/token?grant_type=password', { email, password })
  if (status !== 200) throw new Error(`${email} could not sign in: ${JSON.stringify(body)}`)
  return body
}

/** Adds a person with a confirmed address. */
export const addPerson = async (auth: TestAuth, email: string): Promise<void> => {
  const wish = { email, password_hash: passwordHash, email_confirm: true }
  const { status, body } = await auth.ask('POST', '/admin/users', wish, { token: auth.serviceToken })
  if (status !== 200) throw new Error(`${email} could not be added: ${JSON.stringify(body)}`)
}
