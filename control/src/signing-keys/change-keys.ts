// Every change of signing keys ends the same way: the spec carries the keys that are left. The legacy secret is not
// among them: it signs and is trusted by itself while no other key is in use. Beside them stand the issuers that the
// project trusts.

import type { Queries } from '@plinth/postgres'
import { listTrusted } from '../auth-integrations/trusted-keys.ts'
import type { Platform } from '../frame/call.ts'
import { changeProject } from '../projects/spec.ts'
import { type KeyRow, listKeys, openKey } from './queries.ts'

type Held = { readonly db: Queries; readonly legacySecret: string }

export const changeSigningKeys = <T>(
  platform: Platform,
  ref: string,
  change: (held: Held) => Promise<T>,
): Promise<T> =>
  changeProject(platform, ref, 'have its signing keys changed', async ({ db, spec }) => {
    const result = await change({ db, legacySecret: spec.jwt.secret })
    const own = (await listKeys(db, ref)).filter(({ is_legacy }: KeyRow) => !is_legacy)
    const signingKeys = own.map((row) => openKey(platform.key, row))
    const issuers = await listTrusted(db, ref)
    return { result, spec: { ...spec, jwt: { ...spec.jwt, signingKeys, issuers } } }
  })
