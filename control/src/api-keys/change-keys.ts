// Every change of keys ends the same way: the spec carries the digests of the keys that are left.

import type { Queries } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { changeProject } from '../projects/spec.ts'
import { listKeys } from './queries.ts'
import { stackKeys } from './stack-keys.ts'

export const changeKeys = <T>(
  platform: Platform,
  ref: string,
  change: (db: Queries) => Promise<T>,
): Promise<T> =>
  changeProject(platform, ref, 'have its keys changed', async ({ db, spec }) => {
    const result = await change(db)
    const apiKeys = [...stackKeys(await listKeys(db, ref))]
    return { result, spec: { ...spec, apiKeys } }
  })
