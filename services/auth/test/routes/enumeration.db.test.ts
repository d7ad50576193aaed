// Who asks with somebody's address learns nothing about it: an address with an account and one without are answered
// alike, by status, body and headers, wherever GoTrue hides it. (Signing up it does not: clients tell a taken address
// by its empty list of identities.)

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { letterConfig, letterSteps, password } from '../letter-steps.ts'
import { type Answer, type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({ ...letterConfig, smtp_max_frequency: 0, sms_max_frequency: 0 })
})
afterAll(() => project.drop())

const { newEmail, signUp, confirmed } = letterSteps(() => auth)
let phones = 0
const newPhone = () => {
  phones += 1
  return `4915100000${phones}`
}

/** What stands where a value is of one request only: the shape stays, the value goes. */
const blurred = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(blurred)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, blurred(one)]))
  if (typeof value !== 'string') return value
  return value
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'time')
    .replaceAll(/v\d+@example\.com/g, 'email')
    .replaceAll(/4915100000\d+/g, 'phone')
}

const seen = ({ status, body, headers }: Answer) => {
  const { date: _, 'content-length': __, 'sb-request-id': ___, ...rest } = headers
  return { status, body: blurred(body), headers: blurred(rest) }
}

const code = '123456'
type Ask = (address: string) => Promise<Answer>
const post =
  (path: string, body: (address: string) => object): Ask =>
  (address) =>
    auth.ask('POST', path, body(address))

const byMail: readonly (readonly [string, Ask])[] = [
  ['a wrong password', post('/token?grant_type=password', (email) => ({ email, password: 'wrong' }))],
  ['a link to sign in', post('/otp', (email) => ({ email }))],
  ['a magic link', post('/magiclink', (email) => ({ email }))],
  ['recovery', post('/recover', (email) => ({ email }))],
  ['sending a confirmation again', post('/resend', (email) => ({ email, type: 'signup' }))],
  ['sending a change again', post('/resend', (email) => ({ email, type: 'email_change' }))],
  ...['signup', 'recovery', 'magiclink', 'email', 'invite', 'email_change'].map(
    (type) => [`a wrong code, ${type}`, post('/verify', (email) => ({ email, token: code, type }))] as const,
  ),
]

const byPhone: readonly (readonly [string, Ask])[] = [
  ['a wrong password', post('/token?grant_type=password', (phone) => ({ phone, password: 'wrong' }))],
  ['a code to sign in', post('/otp', (phone) => ({ phone }))],
  ['sending a code again', post('/resend', (phone) => ({ phone, type: 'sms' }))],
  ...['sms', 'phone_change'].map(
    (type) => [`a wrong code, ${type}`, post('/verify', (phone) => ({ phone, token: code, type }))] as const,
  ),
]

describe('an address of mail', () => {
  it.each(byMail)('%s', async (_name, ask) => {
    const stranger = seen(await ask(newEmail()))
    expect(seen(await ask((await confirmed()).email))).toEqual(stranger)
    expect(seen(await ask((await signUp()).email))).toEqual(stranger)
  })
})

describe('a phone number', () => {
  it.each(byPhone)('%s', async (_name, ask) => {
    const stranger = seen(await ask(newPhone()))
    const phone = newPhone()
    const user = { phone, password, phone_confirm: true }
    await auth.ask('POST', '/admin/users', user, { token: auth.serviceToken })
    expect(seen(await ask(phone))).toEqual(stranger)
  })
})
