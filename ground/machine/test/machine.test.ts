import { machine } from '@plinth/machine'
import { describe, expect, it } from 'vitest'

type Light = 'red' | 'green' | 'off'
const light = machine<Light, 'go' | 'halt' | 'cut'>()({
  red: { go: 'green', cut: 'off' },
  green: { halt: 'red', cut: 'off' },
  off: {},
})

describe('a machine', () => {
  it.each([
    ['red', 'go', 'green'],
    ['green', 'halt', 'red'],
    ['green', 'cut', 'off'],
    ['red', 'halt', undefined],
    ['off', 'go', undefined],
  ] as const)('%s after %s is %s', (state, event, next) => {
    expect(light.after(state, event)).toBe(next)
  })

  it('knows its states and events', () => {
    expect(light.states).toEqual(['red', 'green', 'off'])
    expect(light.events).toEqual(['go', 'cut', 'halt'])
  })

  it('does not take names of the object prototype for events', () => {
    // A name that came from outside, not one of the typed events.
    expect(light.after('off', 'toString' as 'go')).toBeUndefined()
  })

  it('does not compile without a row for every state', () => {
    // @ts-expect-error: the row of `off` is missing
    machine<Light, 'go'>()({ red: {}, green: {} })
    // @ts-expect-error: `blue` is no state
    machine<Light, 'go'>()({ red: { go: 'blue' }, green: {}, off: {} })
  })
})
