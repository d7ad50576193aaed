// The launcher's own door: a socket that only the installation's user can open.

import { type FirstRun, firstRun } from '@plinth/control'
import type { ServicePlugin } from '@plinth/http'
import type { Pool } from '@plinth/postgres'

/** `POST /first-run`: makes owner and organization once, and answers with a token for the owner. */
export const adminDoor =
  (pool: Pool, givenToken: string | undefined): ServicePlugin =>
  async (app) => {
    app.post(
      '/first-run',
      { config: { name: 'admin.first-run' } },
      (): Promise<FirstRun> => firstRun(pool, givenToken),
    )
  }
