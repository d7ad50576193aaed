// New names and secrets have the promised form and do not repeat.

import { expect, it } from 'vitest'
import { newAccessToken, newPassword, newRef } from '../src/index.ts'

it.each([
  ['newRef', newRef, /^[a-z]{20}$/],
  ['newAccessToken', newAccessToken, /^sbp_[0-9a-f]{40}$/],
  ['newPassword', newPassword, /^[A-Za-z0-9]{32}$/],
])('%s', (_name, make, shape) => {
  const made = Array.from({ length: 200 }, make)
  for (const one of made) expect(one).toMatch(shape)
  expect(new Set(made).size).toBe(200)
})
