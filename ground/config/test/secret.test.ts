// A secret never shows itself.

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../src/index.ts'

const hidden = new Secret('swordfish')

test.each([
  ['a template string', `${hidden}`],
  ['JSON', JSON.stringify({ hidden })],
  ['inspect', inspect({ deep: [hidden] })],
  ['inspect with hidden fields', inspect(hidden, { showHidden: true })],
  ['its own keys', JSON.stringify(Object.entries(hidden))],
])('%s shows dots or nothing', (_, shown) => {
  expect(shown).not.toContain('swordfish')
})

test('opens', () => expect(hidden.open()).toBe('swordfish'))
