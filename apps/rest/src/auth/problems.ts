// Why a request is turned away before it reaches the API, in PostgREST's words.

import { defineErrors, type ErrorShape } from '@plinth/errors'

const refused = (code: string, message: string, details?: unknown): ErrorShape => ({
  code,
  kind: 'caller',
  status: 401,
  message,
  details,
})

export const authErrors = defineErrors('rest', {
  noSecret: () => ({ ...refused('PGRST300', 'Server lacks JWT secret'), kind: 'project', status: 500 }),
  emptyToken: () => refused('PGRST301', 'Empty JWT is sent in Authorization header'),
  wrongParts: (parts: number) => refused('PGRST301', `Expected 3 parts in JWT; got ${parts}`),
  noKey: (details: string) => refused('PGRST301', 'No suitable key or wrong key type', details),
  wrongAlgorithm: (details: string) =>
    refused('PGRST301', 'Wrong or unsupported encoding algorithm', details),
  badCrypto: () => refused('PGRST301', 'JWT cryptographic operation failed'),
  anonymousOff: () => refused('PGRST302', 'Anonymous access is disabled'),
  badClaims: (message: string) => refused('PGRST303', message),
})
