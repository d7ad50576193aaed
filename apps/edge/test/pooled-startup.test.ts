import { describe, expect, it } from 'vitest'
import { forPooler } from '../src/pooled-startup.ts'

const given = (parameters: Record<string, string>) => ({
  version: 196_608,
  parameters: Object.entries(parameters),
})
const left = (parameters: Record<string, string>) =>
  Object.fromEntries(forPooler(given(parameters)).parameters)

const who = { user: 'postgres', database: 'x' }

describe('what the pooler is told of a client', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    [
      'keeps what it can keep for each client',
      { application_name: 'a', client_encoding: 'UTF8', DateStyle: 'ISO', TimeZone: 'UTC' },
      { application_name: 'a', client_encoding: 'UTF8', DateStyle: 'ISO', TimeZone: 'UTC' },
    ],
    ['leaves out the rest', { statement_timeout: '5000', extra_float_digits: '3', jit: 'off' }, {}],
    [
      'passes replication and extensions on',
      { replication: 'database', '_pq_.x': '1' },
      { replication: 'database', '_pq_.x': '1' },
    ],
    [
      'reads options',
      { options: String.raw`-c geqo=off -ctimezone=Asia/Tokyo --application-name=two\ words -d 5 nonsense` },
      { timezone: 'Asia/Tokyo', application_name: 'two words' },
    ],
  ])('%s', (_what, more, expected) => {
    expect(left({ ...who, ...more })).toEqual({ ...who, ...expected })
  })

  it('lets what stands alone count over options', () => {
    const { parameters } = forPooler(
      given({ ...who, application_name: 'alone', options: '-c application_name=option' }),
    )
    expect(parameters.findLast(([name]) => name === 'application_name')?.[1]).toBe('alone')
  })

  it.each([{ search_path: 'a' }, { options: '-c search_path=a,b' }, { options: '--search-path=a' }])(
    'refuses %j, which it could not keep',
    (more) => {
      expect(() => forPooler(given({ ...who, ...more }))).toThrow('search_path')
    },
  )
})
