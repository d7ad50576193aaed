import { describe, expect, it } from 'vitest'
import { nextEvent, type Wish } from '../src/next-event.ts'

const calm: Wish = { desired: 'available', awake: false, restart: false, provisioned: true, restore: false }

describe('nextEvent', () => {
  it.each([
    ['asleep', {}, undefined],
    ['asleep', { awake: true }, 'wake'],
    ['asleep', { awake: true, desired: 'paused' }, 'pause'],
    ['asleep', { restart: true }, undefined],
    ['waking', { awake: true }, undefined],
    ['waking', {}, 'stop'],
    ['waking', { awake: true, desired: 'paused' }, 'stop'],
    ['awake', { awake: true }, undefined],
    ['awake', {}, 'stop'],
    ['awake', { awake: true, restart: true }, 'stop'],
    ['awake', { awake: true, desired: 'paused' }, 'stop'],
    ['dozing', { awake: true }, undefined],
    ['dozing', {}, 'stop'],
    ['dozing', { awake: true, restart: true }, 'stop'],
    ['dozing', { desired: 'removed' }, 'remove'],
    ['paused', { awake: true, desired: 'paused' }, undefined],
    ['paused', {}, 'resume'],
    ['awake', { awake: true, restore: true, restart: true }, 'restore'],
    ['dozing', { restore: true }, 'restore'],
    ['asleep', { restore: true, desired: 'paused' }, 'restore'],
    ['paused', { restore: true, desired: 'paused' }, 'restore'],
    ['broken', { restore: true, restart: true }, 'restore'],
    ['waking', { awake: true, restore: true }, undefined],
    ['restoring', { awake: true, restore: true }, undefined],
    ['restoring', { desired: 'removed' }, 'remove'],
    ['broken', { awake: true }, undefined],
    ['broken', { restart: true }, 'wake'],
    ['broken', { restart: true, provisioned: false }, 'provision'],
    ['broken', { desired: 'paused' }, 'pause'],
    ['broken', { desired: 'paused', provisioned: false }, undefined],
    ['provisioning', { desired: 'paused' }, undefined],
    ['stopping', { awake: true }, undefined],
    ['provisioning', { desired: 'removed' }, 'remove'],
    ['asleep', { desired: 'removed', awake: true }, 'remove'],
    ['waking', { desired: 'removed' }, 'remove'],
    ['awake', { desired: 'removed', restart: true }, 'remove'],
    ['paused', { desired: 'removed' }, 'remove'],
    ['broken', { desired: 'removed', restart: true }, 'remove'],
    ['stopping', { desired: 'removed' }, undefined],
    ['removing', { desired: 'removed' }, undefined],
    ['gone', { desired: 'removed' }, undefined],
  ] as const)('%s with %j: %s', (status, wish, event) => {
    expect(nextEvent(status, { ...calm, ...wish })).toBe(event)
  })
})
