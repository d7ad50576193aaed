// The table of what is not offered: found by its paths, and never in the way of a real operation.

import { expect, test } from 'vitest'
import { findNotOffered, notOffered } from '../../src/frame/not-offered.ts'
import { operations } from '../../src/index.ts'

const routes = notOffered.flatMap((entry) => entry.routes.map((route) => [route, entry.family] as const))

test.each(routes)('%s belongs to %s', (route, family) => {
  const [method = '', path = ''] = route.replace(/:\w+/g, 'x').split(' ')
  expect(findNotOffered(method, path)?.family).toBe(family)
  expect(findNotOffered('HEAD', path)).toBeUndefined()
})

test('what is offered is not in the table', () => {
  const offered = operations.map(({ rest }) => `${rest.method} ${rest.path.replace(/:\w+/g, ':x')}`)
  const listed = routes.map(([route]) => route.replace(/:\w+/g, ':x'))
  expect(listed.filter((route) => offered.includes(route))).toEqual([])
})
