// Row of the table `api_keys`.

import type { ApiKeyType } from '@plinth/contracts'

export type NewKey = {
  readonly id: string
  readonly ref: string
  readonly type: ApiKeyType
  readonly name: string
  readonly description: string | null
  readonly prefix: string
  readonly hash: string
  readonly sealed: string
  readonly secret_jwt_template: Readonly<Record<string, unknown>> | null
}

export type KeyRow = NewKey & {
  readonly inserted_at: string
  readonly updated_at: string
}
