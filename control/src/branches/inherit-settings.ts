// A branch begins with the settings of its parent, as upstream's do, and without the parent's secrets. From then on each
// side has its own. What depends on the size of the machine (Postgres, pooler) is the branch's own from the start.

import { AuthConfig } from '@plinth/contracts'
import type { Queries } from '@plinth/postgres'
import { keptAuth } from '../auth-config/kept-auth.ts'
import { withoutSecrets } from '../auth-config/without-secrets.ts'
import type { Platform } from '../frame/call.ts'
import { readKept, writeKept } from '../projects/kept-settings.ts'
import { getSpec, writeSpec } from '../projects/spec.ts'

/** Inside the transaction that makes the branch. */
export const inheritSettings = async (
  { key }: Pick<Platform, 'key'>,
  db: Queries,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> => {
  const [parent, own] = [await getSpec(db, key, from), await getSpec(db, key, to)]
  const { rest, storage, realtime, network } = parent
  await writeSpec(db, key, {
    ...own,
    rest,
    auth: AuthConfig.parse(withoutSecrets(parent.auth)),
    ...(storage !== undefined && { storage }),
    ...(realtime !== undefined && { realtime }),
    ...(network !== undefined && { network }),
  })
  const store = { db, key }
  await writeKept(store, to, keptAuth, { ...withoutSecrets(await readKept(store, from, keptAuth)) })
}
