// The lives of backups and restores: whatever happens, the rules hold.

import { type BackupStatus, backupStatus, type RestoreStatus, restoreStatus } from '@plinth/cluster'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

describe('a backup', () => {
  test('is available only after it was copied and sealed, and its files go only after it was told to', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...backupStatus.events)), (events) => {
        const done: string[] = []
        let status: BackupStatus = 'copying'
        for (const event of events) {
          const next = backupStatus.after(status, event)
          if (!next) continue
          done.push(event)
          status = next
        }
        if (status === 'available') expect(done).toEqual(['copied', 'sealed'])
        if (status === 'gone') expect(done.at(-1)).toBe('removed')
        expect(done.filter((event) => event === 'failed').length).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a restore', () => {
  test('fails only while the old data is in place; from the swap on it can only succeed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...restoreStatus.events)), (events) => {
        let status: RestoreStatus = 'recovering'
        let swapping = false
        for (const event of events) {
          status = restoreStatus.after(status, event) ?? status
          swapping ||= status === 'swapping'
          if (swapping) expect(['swapping', 'restored']).toContain(status)
        }
      }),
    )
  })

  test('ends', () => {
    for (const end of ['restored', 'rolled_back'] as const)
      for (const event of restoreStatus.events) expect(restoreStatus.after(end, event)).toBeUndefined()
  })
})
