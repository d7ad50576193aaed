// GET /branches/{ref}/disk: how much of the disk a branch takes.

import type { DiskUsage } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { diskUsageOf } from '../disk-usage.ts'
import type { Places } from '../places.ts'
import { parseRef } from './parse-ref.ts'

export const readDisk =
  (branches: Branches, places: Places): ServicePlugin =>
  async (app) => {
    app.get('/branches/:ref/disk', async (request): Promise<DiskUsage> => {
      return diskUsageOf(places.foldersOf(branches.get(parseRef(request.params)).ref))
    })
  }
