import type { Route } from '@plinth/contracts'
import { describe, expect, it } from 'vitest'
import { makeFindBranch } from '../src/find-branch.ts'
import { refs } from './stage.ts'

// Only identity matters here.
const route = { ref: refs.one } as Route
const find = makeFindBranch({
  domain: 'plinth.test',
  routes: {
    find: (ref) => (ref === refs.one ? route : undefined),
    findByHost: (host) => (['shop.plinth.test', 'shop.example.com'].includes(host) ? route : undefined),
  },
})

describe('who answers at a host', () => {
  const cases = [
    { host: `${refs.one}.plinth.test`, kind: 'branch' },
    { host: `${refs.one}.plinth.test:8000`, kind: 'branch' },
    { host: `${refs.one.toUpperCase()}.Plinth.TEST.`, kind: 'branch' },
    { host: `${refs.two}.plinth.test`, kind: 'unknown' },
    { host: 'shop.plinth.test', kind: 'branch' },
    { host: 'Shop.Example.com.:8443', kind: 'branch' },
    { host: 'x.shop.example.com', kind: 'unknown' },
    { host: `x.${refs.one}.plinth.test`, kind: 'unknown' },
    { host: `${refs.one}plinth.test`, kind: 'unknown' },
    { host: `${refs.one}.other.test`, kind: 'unknown' },
    { host: 'plinth.test', kind: 'platform' },
    { host: 'api.plinth.test:8000', kind: 'platform' },
    { host: 'localhost:8000', kind: 'platform' },
    { host: '127.0.0.1:8000', kind: 'platform' },
    { host: '[::1]:8000', kind: 'platform' },
    { host: '[::1', kind: 'unknown' },
    { host: 'evil.test', kind: 'unknown' },
    { host: '', kind: 'unknown' },
    { host: '__proto__.plinth.test', kind: 'unknown' },
  ]
  it.each(cases)('$host → $kind', ({ host, kind }) => {
    expect(find(host).kind).toBe(kind)
  })
})
