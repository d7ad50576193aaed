// What tests of phones do again and again: a number, an account, a factor, a question, an answer.

import type { TestAuth } from './test-auth.ts'

export const phonesOn = {
  mfa_phone_enroll_enabled: true,
  mfa_phone_verify_enabled: true,
  external_phone_enabled: true,
}

export type CodeAnswer = { readonly challenge_id: string; readonly code: string }

/** Steps with one service; others can be named for a single step. */
export const phoneSteps = (usual: () => TestAuth) => {
  let count = 0
  const next = () => {
    count += 1
    return count
  }
  return {
    newPhone: () => `4915100${String(next()).padStart(5, '0')}`,
    signUp: async (service = usual()) => {
      const account = { email: `ph${next()}@example.com`, password: 'correct horse' }
      const { body } = await service.ask('POST', '/signup', account)
      return { id: body.user.id as string, token: body.access_token as string }
    },
    enroll: (token: string, phone: string, friendly_name = 'phone', service = usual()) =>
      service.ask('POST', '/factors', { factor_type: 'phone', friendly_name, phone }, { token }),
    challenge: (token: string, factor: string, channel?: string, service = usual()) =>
      service.ask('POST', `/factors/${factor}/challenge`, { channel }, { token }),
    show: (token: string, factor: string, answer: CodeAnswer, service = usual()) =>
      service.ask('POST', `/factors/${factor}/verify`, answer, { token }),
  }
}

export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
