// The life of a backup as a table. What is neither `available` nor `expiring` does not exist for anybody else.

import { machine } from '@plinth/machine'

export type BackupStatus = 'copying' | 'sealing' | 'available' | 'expiring' | 'failed' | 'gone'
export type BackupEvent = 'copied' | 'sealed' | 'failed' | 'expired' | 'removed'

export const backupStatus = machine<BackupStatus, BackupEvent>()({
  copying: { copied: 'sealing', failed: 'failed' },
  sealing: { sealed: 'available', failed: 'failed' },
  available: { expired: 'expiring' },
  expiring: { removed: 'gone' },
  failed: { removed: 'gone' },
  gone: {},
})
