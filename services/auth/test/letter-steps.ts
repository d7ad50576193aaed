// What a person does with the letters of the auth service: find one, follow its link, enter its code.

import type { Letter } from '../src/index.ts'
import type { TestAuth } from './test-auth.ts'

export const letterConfig = {
  mailer_autoconfirm: false,
  external_phone_enabled: true,
  rate_limit_email_sent: 100_000,
  site_url: 'https://app.example.com',
  uri_allow_list: 'https://*.preview.example.com/**, myapp://callback',
}

export const password = 'correct horse'

export const fragmentOf = (location = '') =>
  Object.fromEntries(new URLSearchParams(location.split('#')[1] ?? ''))

/** The steps of one test file; they go to its service unless told another. */
export const letterSteps = (auth: () => TestAuth) => {
  let count = 0
  const newEmail = () => {
    count += 1
    return `v${count}@example.com`
  }
  const lastLetter = (to: string, service = auth()): Letter => {
    const letter = service.letters.findLast((one) => one.to === to)
    if (letter === undefined) throw new Error(`no letter to ${to}`)
    return letter
  }
  const follow = (link: string, service = auth()) => service.ask('GET', `/verify${new URL(link).search}`)
  const enter = (entry: object, service = auth()) => service.ask('POST', '/verify', entry)
  const signUp = async (service = auth()) => {
    const email = newEmail()
    const { body } = await service.ask('POST', '/signup', { email, password })
    return { email, id: body.id as string }
  }
  const confirmed = async (service = auth()) => {
    const { email, id } = await signUp(service)
    const { body } = await enter({ type: 'signup', email, token: lastLetter(email, service).code }, service)
    service.pass(61)
    return { email, id, token: body.access_token as string }
  }
  return { newEmail, lastLetter, follow, enter, signUp, confirmed }
}
