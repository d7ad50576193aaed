// No secret survives in an error's fields.

import { expect, test } from 'vitest'
import { renderError } from '../src/index.ts'

test.each([
  ['a JWT', 'bad token eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl'],
  ['a secret key', 'key sb_secret_abcdefghijklmnopqrstuv_12345678'],
  ['an access token', `token sbp_${'0'.repeat(40)}`],
  ['a connection string', 'cannot reach postgres://postgres:swordfish@db:5432'],
])('%s is blotted out', (_, message) => {
  const shown = JSON.stringify(renderError(new Error(message)))
  expect(shown).toContain('•••')
  expect(shown).not.toMatch(/c2lnbmF0dXJl|abcdefghijkl|0000000000|swordfish/)
})

test('anything can be thrown', () => {
  expect(renderError('just text')).toMatchObject({ errorKind: 'bug', errorCause: 'just text' })
  expect(renderError(undefined)).toMatchObject({ errorKind: 'bug' })
})
