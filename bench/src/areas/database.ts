// The database's life: create, sleep, wake, branches, going back in time, memory, and clients. Each part is measured
// on an installation of its own: `database:wakes`, `many`, `copies`, `sleepers`, `pooler`.

import { type Installation, type Manage, makeManage, startInstallation } from '@plinth/e2e'
import { measureCopies } from '../database/copies.ts'
import { measureCosts } from '../database/costs.ts'
import { measureMany } from '../database/many.ts'
import { measurePooler } from '../database/pooler.ts'
import { measureSleepers } from '../database/sleepers.ts'
import { measureWakes } from '../database/wakes.ts'

const parts: Readonly<Record<string, (installation: Installation, manage: Manage) => Promise<void>>> = {
  wakes: measureWakes,
  costs: measureCosts,
  many: measureMany,
  copies: measureCopies,
  sleepers: measureSleepers,
  pooler: measurePooler,
}

export const database = async (words = ''): Promise<void> => {
  for (const [name, measure] of Object.entries(parts)) {
    if (!name.startsWith(words)) continue
    const installation = await startInstallation({ PLINTH_PROJECT_PORTS: '21000-21199' })
    try {
      await measure(installation, makeManage(installation))
    } finally {
      await installation.remove()
    }
  }
}
