import { describe, expect, it } from 'vitest'
import { defaultOf, swaggerType } from '../../src/openapi/swagger-type.ts'

describe('swaggerType', () => {
  it.each([
    ['text', { type: 'string', format: 'text' }],
    ['boolean', { type: 'boolean', format: 'boolean' }],
    ['smallint', { type: 'integer', format: 'int32' }],
    ['bigint', { type: 'integer', format: 'int64' }],
    ['real', { type: 'number', format: 'real' }],
    ['double precision', { type: 'number', format: 'double precision' }],
    ['json', { format: 'json' }],
    ['money', { type: 'string', format: 'money' }],
    ['constructor', { type: 'string', format: 'constructor' }],
    ['integer[]', { type: 'array', format: 'integer[]', items: { type: 'integer' } }],
    ['jsonb[]', { type: 'array', format: 'jsonb[]', items: {} }],
  ])('%s', (type, wanted) => expect(swaggerType(type)).toEqual(wanted))
})

describe('defaultOf', () => {
  it.each<[string, string, unknown]>([
    ['text', "'default'::text", 'default'],
    ['boolean', 'false', false],
    ['integer', '42', 42],
    ['numeric', '42.2', 42.2],
    ['date', "'1900-01-01'::date", '1900-01-01'],
    ['uuid', 'gen_random_uuid()', 'gen_random_uuid()'],
    ['bigint', "nextval('s')", undefined],
    ['text[]', "'{}'::text[]", undefined],
    ['jsonb', "'{}'::jsonb", undefined],
    ['text', `'say "hi"'::text`, undefined],
  ])('of %s %s', (type, text, wanted) => expect(defaultOf(type, text)).toEqual(wanted))
})
