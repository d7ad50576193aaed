import { describe, expect, it } from 'vitest'
import { statusOfSqlstate } from '../src/index.ts'

describe('status of a SQLSTATE', () => {
  const cases = [
    ['08006', 503],
    ['53300', 503],
    ['53400', 500],
    ['23505', 409],
    ['23503', 409],
    ['23502', 400],
    ['25006', 405],
    ['25001', 500],
    ['42P01', 404],
    ['42883', 404],
    ['42P17', 500],
    ['28P01', 403],
    ['57014', 500],
    ['P0001', 400],
    ['P0002', 500],
    ['PT418', 418],
    ['PT999', 400],
    ['21000', 400],
    ['22P02', 400],
    ['', 400],
  ] as const
  it.each(cases)('%s → %d', (sqlstate, status) => {
    expect(statusOfSqlstate(sqlstate, { authenticated: true })).toBe(status)
  })

  it('tells a missing right by who asks', () => {
    expect(statusOfSqlstate('42501', { authenticated: true })).toBe(403)
    expect(statusOfSqlstate('42501', { authenticated: false })).toBe(401)
  })
})
