import { PlinthError } from '@plinth/errors'
import { describe, expect, it } from 'vitest'
import { ownerReason } from '../src/owner-reason.ts'

const failed = (message: string, cause?: unknown) =>
  new PlinthError({ code: 'x', kind: 'platform', status: 503, message, cause })
const systemError = (code: string) => Object.assign(new Error(`${code}: write '/srv/x'`), { code })

describe('ownerReason', () => {
  it.each([
    ['a full disk', systemError('ENOSPC'), 'The disk of the host is full.'],
    [
      'a cause below',
      failed('It failed.', new Error('copy', { cause: systemError('EROFS') })),
      'The disk of the host is read-only.',
    ],
    ['words of our own', failed('The database did not start.'), 'The database did not start.'],
    ['a path', failed('file "/srv/data/global/pg_control" is missing'), 'file "pg_control" is missing'],
    ['a bug', new Error('cannot read /srv/x of undefined'), 'Something went wrong on our side.'],
    ['nonsense', 'what', 'Something went wrong on our side.'],
  ])('of %s', (_name, error, reason) => {
    expect(ownerReason(error)).toBe(reason)
  })
})
