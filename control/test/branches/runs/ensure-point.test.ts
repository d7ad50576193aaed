import { expect, test } from 'vitest'
import { ensurePoint } from '../../../src/branches/runs/ensure-point.ts'

const point = { name: 'mine', at: '2026-01-01T00:00:00Z' }

test('a point that the host was still making is taken as it is', async () => {
  const listings = [[], [point]]
  await ensurePoint(
    {
      listPoints: async () => listings.shift() ?? [],
      createPoint: async () => {
        throw new Error('There is a restore point "mine" already.')
      },
    },
    'ref',
    'mine',
  )
  expect(listings).toEqual([])
})

test('one that could not be made fails with the reason of the host', async () => {
  const refused = ensurePoint(
    {
      listPoints: async () => [],
      createPoint: async () => {
        throw new Error('The disk is full.')
      },
    },
    'ref',
    'mine',
  )
  await expect(refused).rejects.toThrow('The disk is full.')
})
