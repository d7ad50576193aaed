// GET /deleted: branches whose databases are still kept, oldest first.

import type { DeletedReport } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Deleted } from '../deleted.ts'

export const readDeleted =
  (deleted: Deleted): ServicePlugin =>
  async (app) => {
    app.get('/deleted', async (): Promise<readonly DeletedReport[]> => {
      const branches = (await deleted.list()).toSorted((a, b) => Number(a.deletedAt) - Number(b.deletedAt))
      return branches.map(({ ref, deletedAt }) => ({ ref, deletedAt: deletedAt.toISOString() }))
    })
  }
