// The key in the address goes; everything else stays as it was written.

import { expect, test } from 'vitest'
import { takeQueryKey } from '../src/query-key.ts'

test.each([
  ['/a', '/a', undefined],
  ['/a?apikey=k', '/a', 'k'],
  ['/a?apikey=k&b=1', '/a?b=1', 'k'],
  ['/a?b=in.(1,2)&apikey=k&c=%20', '/a?b=in.(1,2)&c=%20', 'k'],
  ['/a?apikey=one&apikey=two', '/a', 'one'],
  ['/a?apikey=', '/a', ''],
  ['/a?apikey=a%2Db', '/a', 'a-b'],
  ['/a?apikey=%zz', '/a', '%zz'],
  ['/a?my_apikey=eq.1', '/a?my_apikey=eq.1', undefined],
  ['/apikey=x?b=1', '/apikey=x?b=1', undefined],
])('%s', (given, url, key) => expect(takeQueryKey(given)).toEqual({ url, key }))
