// The rows that `plinth config` prints.

import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeConfig, secret } from '../src/index.ts'

const schema = z.object({
  PLINTH_PORT: z.coerce.number().int().default(8000).describe('HTTP entrance.'),
  PLINTH_DATA: z.string().default('.plinth').describe('Data folder.'),
  PLINTH_ACCESS_TOKEN: secret().optional().describe("The first owner's token."),
  PLINTH_KEY: secret().optional().describe('Never shown.'),
})

test('shows value, origin, default and meaning, and no secret', () => {
  const rows = describeConfig(schema, { PLINTH_DATA: '/data', PLINTH_KEY: 'swordfish' })
  expect(rows.map(({ name, value, origin, default: fallback }) => [name, value, origin, fallback])).toEqual([
    ['PLINTH_PORT', '8000', 'default', '8000'],
    ['PLINTH_DATA', '/data', 'environment', '.plinth'],
    ['PLINTH_ACCESS_TOKEN', undefined, 'not set', undefined],
    ['PLINTH_KEY', '•••', 'environment', undefined],
  ])
  expect(rows[0]?.description).toBe('HTTP entrance.')
})

test('does not show a value that fails its check', () => {
  const rows = describeConfig(schema, { PLINTH_PORT: 'http' })
  expect(rows[0]).toMatchObject({ value: '(not valid)', origin: 'environment' })
})
