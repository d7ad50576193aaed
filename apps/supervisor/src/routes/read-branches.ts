// GET /branches and GET /branches/{ref}: how the branches are.

import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { parseRef } from './parse-ref.ts'

export const readBranches =
  (branches: Branches): ServicePlugin =>
  async (app) => {
    app.get('/branches', async () => branches.list().map((branch) => branch.report))
    app.get('/branches/:ref', async (request) => branches.get(parseRef(request.params)).report)
  }
