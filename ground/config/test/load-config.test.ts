// Settings from the environment: values, defaults, and all problems at once.

import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, loadConfig, secret } from '../src/index.ts'

const schema = z.object({
  PLINTH_PORT: z.coerce.number().int().min(1).max(65_535).default(8000).describe('HTTP entrance.'),
  PLINTH_DATA: z.string().describe('Data folder.'),
  PLINTH_ACCESS_TOKEN: secret(z.string().regex(/^sbp_/, 'must start with sbp_')).optional(),
})

test('takes values, fills in defaults, ignores other variables and freezes', () => {
  const config = loadConfig(schema, { PLINTH_DATA: '/data', HOME: '/root' })
  expect(config).toEqual({ PLINTH_PORT: 8000, PLINTH_DATA: '/data' })
  expect(Object.isFrozen(config)).toBe(true)
})

test('converts text and opens secrets only on request', () => {
  const config = loadConfig(schema, { PLINTH_DATA: 'd', PLINTH_PORT: '81', PLINTH_ACCESS_TOKEN: 'sbp_x' })
  expect(config.PLINTH_PORT).toBe(81)
  expect(config.PLINTH_ACCESS_TOKEN?.open()).toBe('sbp_x')
})

test('names every problem at once, and an empty variable is a missing one', () => {
  const env = { PLINTH_PORT: '99999', PLINTH_DATA: '', PLINTH_ACCESS_TOKEN: 'nope' }
  const load = () => loadConfig(schema, env)
  expect(load).toThrow(ConfigError)
  expect(load).toThrow(/PLINTH_PORT is not valid: .*65535/)
  expect(load).toThrow('PLINTH_DATA is missing: set it.')
  expect(load).toThrow('PLINTH_ACCESS_TOKEN is not valid: must start with sbp_.')
})
