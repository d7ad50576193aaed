// Who asks at the token endpoint: by Basic header or in the body; a client without a secret by its id alone.

import { isEqual, sha256Base64Url } from '@plinth/crypto'
import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { errors } from './errors.ts'
import { type AppRow, findApp } from './queries.ts'

export type Credentials = {
  readonly client_id?: string | undefined
  readonly client_secret?: string | undefined
}

const decodeHalf = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
const readBasic = (authorization: string | undefined): Credentials | undefined => {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const at = text.indexOf(':')
  if (at < 0) return undefined
  return { client_id: decodeHalf(text.slice(0, at)), client_secret: decodeHalf(text.slice(at + 1)) }
}

/** Throws `invalid_client`. */
export const authenticateClient = async (
  db: Queries,
  authorization: string | undefined,
  body: Credentials,
): Promise<AppRow> => {
  const { client_id, client_secret } = readBasic(authorization) ?? body
  const app = z.uuid().safeParse(client_id).success ? await findApp(db, client_id ?? '') : undefined
  if (app === undefined) throw errors.invalidClient()
  if (app.secret_hash === null) return app
  if (!isEqual(sha256Base64Url(client_secret ?? ''), app.secret_hash)) throw errors.invalidClient()
  return app
}
