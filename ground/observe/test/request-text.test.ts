// The line of a request is the one that JSON.stringify would write.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestText } from '../src/request-text.ts'

const text = fc.oneof(fc.constantFrom('anon', 'rest', 'a"b\\c\n'), fc.string({ unit: 'binary' }))
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })

test('whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.record({
        requestId: text,
        route: text,
        status: fc.integer(),
        micros: fc.oneof(fc.integer(), fc.constant(Number.NaN)),
        role: optional(text),
        bytes: optional(fc.nat()),
        code: optional(text),
      }),
      fc.record({ time: text, process: optional(text), ref: optional(text) }),
      (fields, { time, process, ref }) => {
        const event = 'request.finished'
        const written = requestText({ level: 'info', event, ref, fields }, { time, process, ref })
        expect(written).toBe(JSON.stringify({ level: 'info', time, process, event, ref, ...fields }))
      },
    ),
  )
})
