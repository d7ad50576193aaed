// The observer of tests: keeps everything, and fails on what nobody declared.

import { expect, test } from 'vitest'
import { memoryObserve } from '../src/index.ts'

test('keeps observations in order and is content with info', () => {
  const observe = memoryObserve()
  observe({ level: 'info', event: 'one.done' })
  observe({ level: 'debug', event: 'two.done' })
  expect(observe.seen.map((one) => one.event)).toEqual(['one.done', 'two.done'])
  expect(observe.check).not.toThrow()
})

test('fails on an undeclared warning and names it', () => {
  const observe = memoryObserve({ expected: ['spec.refused'] })
  observe({ level: 'warn', event: 'spec.refused' })
  expect(observe.check).not.toThrow()
  observe({ level: 'error', event: 'pool.lost', error: new Error('gone') })
  expect(observe.check).toThrow(/error pool\.lost .*gone/)
  observe.expect('pool.lost')
  expect(observe.check).not.toThrow()
})

test('can be checked by the test runner', () => {
  const checks: (() => void)[] = []
  const observe = memoryObserve({ after: (check) => checks.push(check) })
  observe({ level: 'warn', event: 'disk.full' })
  expect(checks[0]).toThrow('disk.full')
})
