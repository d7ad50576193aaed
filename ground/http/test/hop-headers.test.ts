import { describe, expect, it } from 'vitest'
import { withoutHopHeaders } from '../src/hop-headers.ts'

describe('headers that are passed on', () => {
  const cases = [
    {
      name: 'keep order, case and repeats',
      raw: ['X-A', '1', 'x-a', '2'],
      own: [],
      left: ['X-A', '1', 'x-a', '2'],
    },
    {
      name: 'are without those of the connection',
      raw: [
        'Connection',
        'keep-alive',
        'TE',
        'trailers',
        'Transfer-Encoding',
        'chunked',
        'Upgrade',
        'h2c',
        'A',
        '1',
      ],
      own: [],
      left: ['A', '1'],
    },
    {
      name: 'are without those that Connection names',
      raw: ['X-Own', '1', 'Connection', 'close, X-Own', 'A', '1'],
      own: [],
      left: ['A', '1'],
    },
    {
      name: 'keep the length of the body, also when Connection names it',
      raw: ['Connection', 'Content-Length, X-Own', 'Content-Length', '5', 'X-Own', '1'],
      own: [],
      left: ['Content-Length', '5'],
    },
    {
      name: 'have ours in place of the same name',
      raw: ['Host', 'forged', 'X-Forwarded-For', 'forged', 'x-forwarded-for', 'again', 'A', '1'],
      own: ['host', 'real', 'x-forwarded-for', '::1'],
      left: ['host', 'real', 'x-forwarded-for', '::1', 'A', '1'],
    },
  ]
  it.each(cases)('$name', ({ raw, own, left }) => {
    expect(withoutHopHeaders(raw, own)).toEqual(left)
  })
})
